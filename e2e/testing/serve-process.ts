import { join } from 'node:path'
import { freePort } from '../../packages/server/src/kernel/testing/free-port.ts'
import { launch, root, type AlmanacProcess } from './almanac-process.ts'

/** A process of `almanac serve`. */
export interface ServeProcess extends Pick<AlmanacProcess, 'log' | 'ended' | 'stop'> {
  /** Where it listens; the outside world may call it otherwise (publicUrl). */
  readonly url: string
  readonly tenantId: string
  readonly pid: number
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

/** Starts `almanac serve` and waits until it listens. Fails with its log if it ends before. */
export async function startServeProcess(options: ServeOptions): Promise<ServeProcess> {
  const { dataFolder, settings, roles = [], program = root, clockOffSeconds = 0 } = options
  const port = await freePort()
  const launched = await launch({
    program,
    words: [
      'serve',
      '--json',
      '--port',
      String(port),
      ...roles.flatMap((role) => ['--role', role]),
      ...Object.entries(settings).flatMap(([name, value]) => ['--set', `${name}=${String(value)}`]),
    ],
    dataFolder,
    environment: { CLOCK_OFF_SECONDS: String(clockOffSeconds) },
    nodeFlags: clockOffSeconds === 0 ? [] : ['--import', join(import.meta.dirname, 'skew-clock.ts')],
  })
  return {
    ...(JSON.parse(launched.announcement) as Pick<ServeProcess, 'tenantId' | 'pid'>),
    url: `http://127.0.0.1:${port}`,
    get log() {
      return launched.log
    },
    ended: launched.ended,
    stop: launched.stop,
  }
}
