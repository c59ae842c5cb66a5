import { execFile, execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Why no environment can be made, or null. A suite that needs one is skipped under a name that says so. */
export const pythonLacking: string | null = whyNot()

/** Where Python is missing, or its packages can't be had. */
export class NoPython extends Error {
  override readonly name = 'NoPython'
}

/**
 * The folder of commands of a virtual environment with the versions that a requirements file names, below the user's cache
 * under `name`; made where it is absent. Raises NoPython.
 */
export async function pythonEnvironment(name: string, requirements: string): Promise<string> {
  const wanted = createHash('sha256')
    .update(await readFile(requirements))
    .digest('hex')
    .slice(0, 12)
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache')
  const folder = join(cache, 'almanac', `${name}-${wanted}`)
  const commands = join(folder, 'bin')
  const whole = join(folder, 'whole')
  // The mark is written last: an environment that was half made is made again.
  if (existsSync(whole)) return commands
  try {
    await rm(folder, { recursive: true, force: true })
    await mkdir(join(cache, 'almanac'), { recursive: true })
    await run('python3', ['-m', 'venv', folder])
    await run(join(commands, 'pip'), ['install', '--quiet', '--disable-pip-version-check', '-r', requirements])
    await writeFile(`${whole}.new`, '')
    await rename(`${whole}.new`, whole)
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr) : ''
    throw new NoPython(`${error instanceof Error ? error.message : String(error)}\n${said}`.trim(), { cause: error })
  }
  return commands
}

function whyNot(): string | null {
  try {
    execFileSync('python3', ['-c', 'import ensurepip, venv'], { stdio: 'ignore' })
    return null
  } catch {
    return 'no python3 with venv on this machine; on Debian: apt-get install python3 python3-venv'
  }
}
