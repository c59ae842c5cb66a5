import type { Clock } from '../kernel/clock.ts'
import { secondMs } from '../kernel/hours.ts'
import type { NewId } from '../kernel/ids.ts'
import { occurrenceAt } from '../reports/recurrence.ts'
import type { Report } from '../reports/report.ts'
import type { ExecutionStore, NextOccurrence } from './execution-store.ts'
import type { ClaimedExecution } from './execution.ts'
import type { Turns } from './turns.ts'

export interface ClaimDeps {
  readonly executions: ExecutionStore
  readonly clock: Clock
  readonly newId: NewId
  /** Names this process in leases. */
  readonly workerId: string
  readonly leaseSeconds: number
  readonly turns: Turns
}

/**
 * Takes an execution under a new lease; undefined when none can be taken. Accounts have turns: the one that has been due
 * longest among those of accounts that had none yet, and else the one that has been due longest of all. The report's
 * following occurrence is stored in the same transaction: so it exists from the moment this one begins, and whatever
 * happens to this run can't stop the schedule.
 */
export async function claimExecution(deps: ClaimDeps): Promise<ClaimedExecution | undefined> {
  const { turns, executions, newId } = deps
  const now = deps.clock.now()
  const claim = (passOver: readonly string[]): Promise<ClaimedExecution | undefined> =>
    executions.claimDue(
      { token: newId(), owner: deps.workerId, now, expiresAt: now + deps.leaseSeconds * secondMs, passOver },
      (report, occurrence) => following(report, occurrence, newId),
    )

  const had = turns.had(now)
  let claimed = await claim(had)
  if (claimed === undefined && had.length > 0) {
    turns.nobodyElse(now)
    claimed = await claim([])
  }
  if (claimed !== undefined) turns.took(claimed.accountId)
  return claimed
}

/** The occurrence of a report that comes after one; `undefined` when that is its last. */
export function following({ schedule }: Report, occurrence: number, newId: NewId): NextOccurrence | undefined {
  const scheduledAt = occurrenceAt(schedule, occurrence + 1)
  return scheduledAt === undefined ? undefined : { executionId: newId(), occurrence: occurrence + 1, scheduledAt }
}
