import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { root } from './almanac-process.ts'
import { blocksOf } from './document.ts'

/** Does the steps of a page that are marked `run=<mark>`, as they stand there. Rejects when one fails, or there is none. */
export async function followPage(
  page: string,
  mark: string,
  environment: Readonly<Record<string, string>>,
): Promise<void> {
  const steps = blocksOf(await readFile(join(root, page), 'utf8')).filter((block) => block.mark === `run=${mark}`)
  if (steps.length === 0) throw new Error(`${page} has no steps marked ${mark}`)
  for (const { text } of steps)
    await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', text], { env: environment })
}
