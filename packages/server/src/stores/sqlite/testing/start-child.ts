import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** A real process that runs one of the scripts in this folder. */
export interface Child {
  /** What it prints, line by line, until it ends. Lines printed before they are asked for are kept. */
  readonly lines: AsyncIterator<string>
  /** Lets it begin: the scripts wait for this, so that several begin together. */
  go(): void
  /** Ends it as a power cut would, as far as the process can tell. */
  kill(): void
  /** The exit code; null when it was killed. */
  readonly exited: Promise<number | null>
}

/** Starts a script of this folder with arguments. */
export function startChild(script: string, ...args: readonly string[]): Child {
  const path = fileURLToPath(new URL(script, import.meta.url))
  const process_ = spawn(process.execPath, [path, ...args], { stdio: ['pipe', 'pipe', 'inherit'] })
  const { promise: exited, resolve, reject } = Promise.withResolvers<number | null>()
  process_.on('error', reject)
  process_.on('close', resolve)
  return {
    lines: createInterface({ input: process_.stdout })[Symbol.asyncIterator](),
    go: () => process_.stdin.end('go\n'),
    kill: () => process_.kill('SIGKILL'),
    exited,
  }
}

/** All that a child prints from now on. */
export async function restOf({ lines }: Child): Promise<readonly string[]> {
  const rest: string[] = []
  for (let line = await lines.next(); line.done !== true; line = await lines.next()) rest.push(line.value)
  return rest
}
