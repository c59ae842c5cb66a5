import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** The JSON line that `almanac serve --demo --json` prints as soon as it listens. */
export interface DemoAnnouncement {
  readonly url: string
  readonly tenantId: string
  readonly program: string
  readonly clients: readonly { readonly account: string; readonly clientId: string; readonly clientSecret: string }[]
  readonly pid: number
}

export interface DemoProcess extends DemoAnnouncement {
  /** All that has come on standard output so far. */
  readonly output: readonly string[]
  /** All that has come on standard error so far: its log, a line of JSON each. */
  readonly log: string
  /** Sends the signal and resolves with the exit code (null after SIGKILL). */
  stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null>
}

export const root = join(import.meta.dirname, '../..')

// A test that fails before it stops its servers must not leave them running.
const running = new Set<ChildProcess>()
process.once('exit', () => running.forEach((child) => child.kill('SIGKILL')))

/**
 * Starts the real command as a real process and waits for its announcement. `environment` goes on top of this
 * process's own. Fails with its log if it ends before.
 */
export async function startDemoProcess(
  dataFolder: string,
  options: readonly string[] = [],
  environment: Readonly<Record<string, string>> = {},
): Promise<DemoProcess> {
  const child = spawn(
    process.execPath,
    [
      join(root, 'packages/cli/bin/almanac.mjs'),
      'serve',
      '--demo',
      '--port',
      '0',
      '--data',
      dataFolder,
      '--json',
      ...options,
    ],
    { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...environment } },
  )
  running.add(child)
  child.once('exit', () => running.delete(child))
  let log = ''
  child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()))
  const exited = once(child, 'exit').then(([code]) => code as number | null)
  const output: string[] = []
  const lines = createInterface({ input: child.stdout })
  lines.on('line', (line) => output.push(line))
  const announced = once(lines, 'line').then(([line]) => line as string)
  const line = await Promise.race([
    announced,
    exited.then((code) => {
      throw new Error(`almanac serve ended with ${code} before it listened:\n${log}`)
    }),
  ])
  return {
    ...(JSON.parse(line) as DemoAnnouncement),
    output,
    get log() {
      return log
    },
    stop(signal) {
      child.kill(signal)
      return exited
    },
  }
}
