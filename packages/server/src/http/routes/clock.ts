import { operations, type ClockItem } from '@almanac/api'
import type { AuditLog } from '../../access/audit-log.ts'
import { AppError } from '../../kernel/app-error.ts'
import type { AuditEntry, AuditSource } from '../../kernel/audit-entry.ts'
import type { Clock } from '../../kernel/clock.ts'
import { secondMs, toWireTime } from '../../kernel/hours.ts'
import { moveClock, type MoveClockDeps, type MovedClock } from '../../test-clock/move-clock.ts'
import type { ServeOnceDeps } from '../../idempotency/serve-once.ts'
import type { MoveTargets } from '../../test-clock/move-targets.ts'
import { operationRoute } from '../operation-route.ts'
import { serveAskedOnce } from '../serve-asked-once.ts'
import { envelope } from '../wire/envelope.ts'
import { instantOrNull } from '../wire/instant-or-null.ts'
import { toWireTimeOrNull } from '../wire/recurrence-fields.ts'

export interface TestClock extends MoveClockDeps {
  readonly targets: MoveTargets
  /** Moves one after the other: two at once would take each other's happenings. */
  readonly queue: <Result>(work: () => Promise<Result>) => Promise<Result>
  /** Aborts when the server shuts down. */
  readonly signal: AbortSignal
}

interface ClockReadingDeps {
  readonly clock: Clock
  /** Null: the clock is the machine's, and nobody can move it. */
  readonly testClock: TestClock | null
}

export const getClockRoute = (deps: ClockReadingDeps) =>
  operationRoute(operations.getClock, async () => envelope([clockItem(deps, null)], null))

const moving = operations.moveClock

export const moveClockRoute = (deps: ClockReadingDeps & ServeOnceDeps & { readonly audit: Pick<AuditLog, 'append'> }) =>
  operationRoute(moving, async (asked, reply) => {
    const { testClock } = deps
    const { body } = asked
    if (testClock === null) {
      const sentence = "The clock of this server is its machine's: the setting clock.movable lets it be moved"
      throw new AppError('forbidden', { sentence })
    }
    const moveTo = instantOrNull(body.MoveTo, badInstant)
    const seconds = body.MoveBySeconds ?? null
    if ((moveTo === null) === (seconds === null)) {
      throw new AppError('invalid_request', { sentence: 'Send either MoveTo or MoveBySeconds' })
    }
    const { targets } = testClock
    const answer = (moved: MovedClock | null) => envelope([clockItem(deps, moved)], 'Clock moved')
    return serveAskedOnce(deps, moving, asked, reply, {
      async make(newId) {
        const requestId = newId()
        const moved = await testClock.queue(async () => {
          const toAt = targets.of(requestId) ?? moveTo ?? deps.clock.now() + (seconds ?? 0) * secondMs
          const fromAt = deps.clock.now()
          // A move into the past comes to nothing.
          if (toAt >= fromAt) {
            await targets.keep(requestId, toAt)
            // Told before and after: a server that dies on the way has moved it too.
            await deps.audit.append(moveEntry('clock.move_begun', asked.source(), { at: fromAt, fromAt, toAt }))
          }
          const moved = await moveClock(testClock, toAt, testClock.signal)
          await deps.audit.append(moveEntry('clock.moved', asked.source(), { at: moved.toAt, ...moved }))
          return moved
        })
        return answer(moved)
      },
      async found(requestId) {
        // A clock that has not got there yet is moved on from where it is.
        const toAt = targets.of(requestId)
        return toAt !== undefined && toAt <= deps.clock.now() ? answer(null) : undefined
      },
    })
  })

function moveEntry(
  action: 'clock.move_begun' | 'clock.moved',
  source: AuditSource,
  { at, fromAt, toAt }: { readonly at: number; readonly fromAt: number; readonly toAt: number },
): AuditEntry {
  const detail = { from: toWireTime(fromAt), to: toWireTime(toAt) }
  return { ...source, at, action, objectId: 'clock', accountId: null, detail }
}

const noCounts: ClockItem['counts'] = {
  execution_completed: 0,
  execution_failed: 0,
  execution_retried: 0,
  callback_delivered: 0,
  callback_retried: 0,
  callback_failed: 0,
}

function clockItem({ clock, testClock }: ClockReadingDeps, moved: MovedClock | null): ClockItem {
  const now = clock.now()
  return {
    time: toWireTime(now),
    machineTime: toWireTime(now - (testClock?.clock.aheadMs ?? 0)),
    movable: testClock !== null,
    previousTime: toWireTimeOrNull(moved?.fromAt ?? null),
    counts: moved?.counts ?? noCounts,
    happenings: (moved?.happenings ?? []).map(({ at, kind, reportId, executionId, scheduledAt, detail }) => ({
      time: toWireTime(at),
      kind,
      reportId,
      executionId,
      scheduledTime: toWireTimeOrNull(scheduledAt),
      detail,
    })),
  }
}

function badInstant(): AppError {
  return new AppError('invalid_request', {
    sentence: 'MoveTo should follow format: yyyy-MM-ddTHH:mm:ssZ',
    field: 'MoveTo',
  })
}
