import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const requirements = join(import.meta.dirname, 'requirements.txt')

/** Where Python is missing, or its packages can't be had. */
export class NoPython extends Error {
  override readonly name = 'NoPython'
}

/**
 * The command `schemathesis` of a virtual environment with the versions that requirements.txt names, below the user's
 * cache; made where it is absent. Raises NoPython.
 */
export async function schemathesis(): Promise<string> {
  const wanted = createHash('sha256')
    .update(await readFile(requirements))
    .digest('hex')
    .slice(0, 12)
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache')
  const folder = join(cache, 'almanac', `fuzz-http-${wanted}`)
  const command = join(folder, 'bin', 'schemathesis')
  const whole = join(folder, 'whole')
  // The mark is written last: an environment that was half made is made again.
  if (existsSync(whole)) return command
  try {
    await rm(folder, { recursive: true, force: true })
    await mkdir(join(cache, 'almanac'), { recursive: true })
    await run('python3', ['-m', 'venv', folder])
    await run(join(folder, 'bin', 'pip'), ['install', '--quiet', '--disable-pip-version-check', '-r', requirements])
    await writeFile(`${whole}.new`, '')
    await rename(`${whole}.new`, whole)
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr) : ''
    throw new NoPython(`${error instanceof Error ? error.message : String(error)}\n${said}`.trim(), { cause: error })
  }
  return command
}
