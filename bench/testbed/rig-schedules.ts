import { join } from 'node:path'
import { createDiskBlobStore } from '../../packages/server/src/blobs/disk/create-disk-blob-store.ts'
import { smallCatalog } from '../../packages/server/src/datasets/testing/small-catalog.ts'
import { claimExecution } from '../../packages/server/src/executions/claim.ts'
import type { ExecutionEvents } from '../../packages/server/src/executions/execution-events.ts'
import { runExecution } from '../../packages/server/src/executions/run-execution.ts'
import { createTurns } from '../../packages/server/src/executions/turns.ts'
import { isAccountDisabled } from '../../packages/server/src/access/is-account-disabled.ts'
import { startWorker, type WorkerDeps } from '../../packages/server/src/executions/worker.ts'
import { systemClock } from '../../packages/server/src/kernel/clock.ts'
import { randomId } from '../../packages/server/src/kernel/ids.ts'
import { largeAccountId } from './fill-schedules.ts'
import { constantData, instantEngine } from './instant-engine.ts'
import type { SchedulesDatabase } from './schedules-database.ts'

/** What a worker does with one database, timed. All in milliseconds but for what says otherwise. */
export interface SchedulesRig {
  /** From due to started, of `count` executions of which one falls due every `everyMs`; in no order. */
  lags(count: number, everyMs: number): Promise<readonly number[]>
  /** Of `count` claims, each alone. */
  claims(count: number): Promise<readonly number[]>
  nextDueAt(): Promise<number>
  /** What a probe of readiness and a scrape ask. */
  backlog(): Promise<number>
  /** The first hundred reports of the account that has a tenth of all. */
  reportsPage(): Promise<number>
  close(): Promise<void>
}

const slots = 8
const leadMs = 2_000

/** The real worker and stores on a database, with files below `folder` and an engine that costs nothing. */
export async function rigSchedules(
  folder: string,
  database: Pick<SchedulesDatabase, 'openStores' | 'makeDue'>,
): Promise<SchedulesRig> {
  const stores = await database.openStores()
  const heard: { started?: ExecutionEvents['executionStarted']; ended?: () => void } = {}
  const broken = (error: unknown): never => {
    throw new Error('The benchmark broke', { cause: error })
  }
  const events: ExecutionEvents = {
    executionStarted: (execution) => heard.started?.(execution),
    executionCompleted: () => heard.ended?.(),
    executionRetried: (_execution, _failure, _at, cause) => broken(cause),
    executionFailed: (_execution, _failure, cause) => broken(cause),
    executionHandedBack: broken,
    executionLeaseLost: broken,
    retained: () => undefined,
    workerError: broken,
  }
  const deps: WorkerDeps = {
    executions: stores.executions,
    blobs: createDiskBlobStore(join(folder, 'artifacts')),
    catalog: smallCatalog(),
    data: constantData,
    engine: instantEngine,
    clock: systemClock,
    random: Math.random,
    newId: randomId,
    events,
    workerId: 'bench',
    leaseSeconds: 20,
    exportTimeoutSeconds: 60,
    turns: createTurns(),
    room: { freeBytes: () => Promise.resolve(1), minimumFreeBytes: 0 },
    slots,
    lookEverySeconds: 5,
    deliveryOwed: () => undefined,
    isAccountDisabled: (accountId) => isAccountDisabled(stores.clients, accountId),
  }

  return {
    async lags(count, everyMs) {
      const beginAt = Date.now() + leadMs
      await database.makeDue(count, beginAt, everyMs)
      // Of what is due before the worker starts, the lag would be the benchmark's.
      if (Date.now() > beginAt) throw new Error('Moving the executions took too long')
      const epoch = epochOfMonotonicClock()
      const lags: number[] = []
      const allEnded = Promise.withResolvers<void>()
      let ended = 0
      heard.started = ({ scheduledAt }) => lags.push(epoch + performance.now() - scheduledAt)
      heard.ended = () => {
        ended += 1
        if (ended === count) allEnded.resolve()
      }
      const stopping = new AbortController()
      const worker = startWorker(deps, stopping.signal)
      await allEnded.promise
      stopping.abort()
      await worker.stopped
      return lags
    },

    async claims(count) {
      await database.makeDue(count, Date.now() - count, 1)
      const taken: number[] = []
      for (let number = 0; number < count; number++) {
        const beganAt = performance.now()
        const claimed = await claimExecution(deps)
        taken.push(performance.now() - beganAt)
        if (claimed === undefined) throw new Error('Nothing was due')
        await runExecution(deps, claimed, new AbortController().signal)
      }
      return taken
    },

    nextDueAt: () => timed(() => stores.executions.nextDueAt()),
    backlog: () => timed(() => stores.executions.backlog(Date.now())),
    reportsPage: () => timed(() => stores.reports.list(largeAccountId, 'cmp', {}, { top: 100, after: null })),
    close: () => stores.close(),
  }
}

/** What to add to `performance.now()` for the time that the product goes by, to the microsecond: it drifts, so ask anew. */
function epochOfMonotonicClock(): number {
  const from = Date.now()
  let now = from
  while (now === from) now = Date.now()
  return now - performance.now()
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const beganAt = performance.now()
  await work()
  return performance.now() - beganAt
}
