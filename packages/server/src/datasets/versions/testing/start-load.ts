import { spawn } from 'node:child_process'
import { join } from 'node:path'

/** A load in a process of its own that says when it has come to a moment. */
export function startLoad(folder: string, path: string, moment: string) {
  const script = join(import.meta.dirname, 'load-and-stop.ts')
  return spawn(process.execPath, [script, folder, path, moment], { stdio: ['ignore', 'pipe', 'pipe'] })
}

/** The lines of a file that takes a moment to load. */
export function manyOrders(number: number): string {
  const lines = Array.from({ length: number }, (_, index) => `a${index % 9},order-${index},2026-01-01,${index}`)
  return lines.join('\n')
}
