import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { freePort } from '../../packages/server/src/kernel/testing/free-port.ts'
import { root } from './demo-process.ts'

/** A process of `almanac serve`. */
export interface ServeProcess {
  /** Where it listens; the outside world may call it otherwise (publicUrl). */
  readonly url: string
  readonly tenantId: string
  readonly pid: number
  /** All that has come on standard error so far: its log, a line of JSON each. */
  readonly log: string
  /** Resolves with the exit code when it ends, by itself or not; null after SIGKILL. */
  readonly ended: Promise<number | null>
  /** Sends the signal and resolves with the exit code (null after SIGKILL). */
  stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null>
}

export interface ServeOptions {
  readonly dataFolder: string
  readonly settings: Readonly<Record<string, string | number | boolean>>
  readonly roles?: readonly string[]
  /** The folder of the program, where it is not this one: another version. */
  readonly program?: string
  /** How far the clock of its machine is off, in seconds. */
  readonly clockOffSeconds?: number
}

// A test that fails before it stops its servers must not leave them running.
const running = new Set<ChildProcess>()
process.once('exit', () => running.forEach((child) => child.kill('SIGKILL')))

/** Starts the real command as a real process; resolves when it listens, and fails with its log if it ends before. */
export async function startServeProcess(options: ServeOptions): Promise<ServeProcess> {
  const { dataFolder, settings, roles = [], program = root, clockOffSeconds = 0 } = options
  const port = await freePort()
  const command = join(program, 'packages/cli/bin/almanac.mjs')
  const serveFlags = [command, 'serve', '--json', '--port', String(port), '--data', dataFolder]
  const child = spawn(
    process.execPath,
    [
      ...(clockOffSeconds === 0 ? [] : ['--import', join(import.meta.dirname, 'skew-clock.ts')]),
      ...serveFlags,
      ...roles.flatMap((role) => ['--role', role]),
      ...Object.entries(settings).flatMap(([name, value]) => ['--set', `${name}=${String(value)}`]),
    ],
    { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, CLOCK_OFF_SECONDS: String(clockOffSeconds) } },
  )
  running.add(child)
  child.once('exit', () => running.delete(child))
  let log = ''
  child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()))
  const exited = once(child, 'exit').then(([code]) => code as number | null)
  const announced = once(createInterface({ input: child.stdout }), 'line').then(([line]) => line as string)
  const line = await Promise.race([
    announced,
    exited.then((code) => {
      throw new Error(`almanac serve ended with ${code} before it listened:\n${log}`)
    }),
  ])
  return {
    ...(JSON.parse(line) as Pick<ServeProcess, 'tenantId' | 'pid'>),
    url: `http://127.0.0.1:${port}`,
    get log() {
      return log
    },
    ended: exited,
    stop(signal) {
      child.kill(signal)
      return exited
    },
  }
}
