import type { Clock } from '../kernel/clock.ts'
import { secondMs } from '../kernel/hours.ts'
import type { NewId } from '../kernel/ids.ts'
import { occurrenceAt } from '../reports/recurrence.ts'
import type { Report } from '../reports/report.ts'
import type { ExecutionStore, NextOccurrence } from './execution-store.ts'
import type { ClaimedExecution } from './execution.ts'

export interface ClaimDeps {
  readonly executions: ExecutionStore
  readonly clock: Clock
  readonly newId: NewId
  /** Names this process in leases. */
  readonly workerId: string
  readonly leaseSeconds: number
}

/**
 * Takes the execution that has been due longest, under a new lease; undefined when none can be taken. The report's
 * following occurrence is stored in the same transaction: so it exists from the moment this one begins, and whatever
 * happens to this run can't stop the schedule.
 */
export function claimExecution(deps: ClaimDeps): Promise<ClaimedExecution | undefined> {
  const now = deps.clock.now()
  return deps.executions.claimDue(
    { token: deps.newId(), owner: deps.workerId, now, expiresAt: now + deps.leaseSeconds * secondMs },
    (report, occurrence) => following(report, occurrence, deps.newId),
  )
}

function following({ schedule }: Report, occurrence: number, newId: NewId): NextOccurrence | undefined {
  const scheduledAt = occurrenceAt(schedule, occurrence + 1)
  return scheduledAt === undefined ? undefined : { executionId: newId(), occurrence: occurrence + 1, scheduledAt }
}
