import type { Backlog } from '../kernel/backlog.ts'
import type { Clock } from '../kernel/clock.ts'
import { secondMs } from '../kernel/hours.ts'

export interface ReadinessDeps {
  readonly clock: Clock
  /** Asks the store. */
  readonly backlog: () => Promise<Backlog>
  readonly freeBytes: () => Promise<number>
  readonly minimumFreeBytes: number
  /** Runs the smallest query that there is; null where this process runs none. */
  readonly askEngine: ((signal: AbortSignal) => Promise<unknown>) | null
  /** Asks the store of files, where that is another machine; null for a disk. */
  readonly askFiles: (() => Promise<void>) | null
  /**
   * How long an execution may have been due before the server says that it doesn't keep up. Null where others run
   * executions too: what they leave undone is no reason to send nobody here, least of all to those that answer clients.
   */
  readonly overdueSeconds: number | null
}

export type Readiness = Readonly<Record<string, { readonly ok: boolean; readonly why?: string }>>

const checkMs = 5 * secondMs

/** Asks each part that a server needs whether it is there, all at once and none longer than five seconds. */
export async function checkReadiness(deps: ReadinessDeps): Promise<Readiness> {
  const { clock, backlog, freeBytes, minimumFreeBytes, askEngine, askFiles, overdueSeconds } = deps
  // Asked once: to count a million that are due takes 50 ms, in which nobody else is served.
  const waiting = backlog()
  const [database, disk, engine, executions, files] = await Promise.all([
    checked(
      () => waiting,
      () => undefined,
    ),
    checked(freeBytes, (free) =>
      free < minimumFreeBytes ? `${free} bytes are free, ${minimumFreeBytes} are needed` : undefined,
    ),
    checked(
      async () => askEngine?.(AbortSignal.timeout(checkMs)),
      () => undefined,
    ),
    overdueSeconds === null
      ? null
      : checked(
          () => waiting,
          ({ oldestDueAt }) => {
            const seconds = oldestDueAt === null ? 0 : (clock.now() - oldestDueAt) / secondMs
            return seconds > overdueSeconds ? `an execution has been due for ${Math.round(seconds)} s` : undefined
          },
        ),
    askFiles === null ? null : checked(askFiles, () => undefined),
  ])
  return { database, disk, engine, ...(executions !== null && { executions }), ...(files !== null && { files }) }
}

async function checked<Value>(
  ask: () => Promise<Value>,
  complain: (value: Value) => string | undefined,
): Promise<{ readonly ok: boolean; readonly why?: string }> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error('no answer within five seconds')), checkMs)
  try {
    const why = complain(await Promise.race([ask(), late.promise]))
    return why === undefined ? { ok: true } : { ok: false, why }
  } catch (error) {
    return { ok: false, why: error instanceof Error ? error.message : String(error) }
  } finally {
    clearTimeout(timer)
  }
}
