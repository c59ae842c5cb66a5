import { secondMs } from '../kernel/hours.ts'
import { following } from './claim.ts'
import type { ClaimDeps } from './claim.ts'
import type { ClaimedExecution } from './execution.ts'
import { prepareRun } from './prepare-run.ts'
import type { PreparedRun, PrepareRunDeps } from './prepare-run.ts'

export interface GatherDeps extends ClaimDeps, PrepareRunDeps {}

/** As many are run together at most: each has a lease to renew, and a part of the disk while the scan lasts. */
const mostTogether = 100

/**
 * From how many whole readings of the data on one is worth its detour: rows are written and read once more on the way,
 * groups are few. `npm run bench:one-scan` measures both ways.
 */
const worthwhileReadings: Record<PreparedRun['query']['plan']['shape'], number> = { rows: 24, groups: 4 }

/**
 * Claims what can be made together with an execution just claimed: others of the same query at the same instant (system
 * queries at midnight, mostly), when reading the data for each of them would cost more than reading them once for all.
 * Data that lie sorted by account cost each run its own part only, and are never worth it. Nothing is gathered round a
 * run that has failed before: what broke it must not break the others.
 */
export async function gatherCompanions(
  deps: GatherDeps,
  execution: ClaimedExecution,
): Promise<readonly ClaimedExecution[]> {
  if (execution.attempts > 1) return []
  const count = 1 + (await deps.executions.countCompanions(execution.id, mostTogether - 1))
  if (count < Math.min(...Object.values(worthwhileReadings))) return []
  // Whatever is wrong with the query or the data, the run itself will say.
  const prepared = await prepareRun(deps, execution).catch(() => undefined)
  if (prepared === undefined || count * readShareOf(prepared) < worthwhileReadings[prepared.query.plan.shape]) return []
  const now = deps.clock.now()
  const lease = { token: deps.newId(), owner: deps.workerId, now, expiresAt: now + deps.leaseSeconds * secondMs }
  return deps.executions.claimCompanions(execution.id, lease, count - 1, (report, occurrence) =>
    following(report, occurrence, deps.newId),
  )
}

function readShareOf({ query, dataVersion }: PreparedRun): number {
  return query.plan.accountColumn === null ? 0 : (dataVersion.accountReadShare ?? 0)
}
