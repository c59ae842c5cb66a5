import { operations, type ClockItem } from '@almanac/api'
import { AppError } from '../../kernel/app-error.ts'
import type { Clock } from '../../kernel/clock.ts'
import { secondMs, toWireTime } from '../../kernel/hours.ts'
import { moveClock, type MoveClockDeps, type MovedClock } from '../../test-clock/move-clock.ts'
import { operationRoute } from '../operation-route.ts'
import { envelope } from '../wire/envelope.ts'
import { instantOrNull } from '../wire/instant-or-null.ts'
import { toWireTimeOrNull } from '../wire/recurrence-fields.ts'

export interface TestClock extends MoveClockDeps {
  /** Moves one after the other: two at once would take each other's happenings. */
  readonly queue: <Result>(work: () => Promise<Result>) => Promise<Result>
  /** Aborts when the server shuts down. */
  readonly signal: AbortSignal
}

export interface ClockRouteDeps {
  readonly clock: Clock
  /** Null: the clock is the machine's, and nobody can move it. */
  readonly testClock: TestClock | null
}

export const getClockRoute = (deps: ClockRouteDeps) =>
  operationRoute(operations.getClock, async () => envelope([clockItem(deps, null)], null))

export const moveClockRoute = (deps: ClockRouteDeps) =>
  operationRoute(operations.moveClock, async ({ body }) => {
    const { testClock } = deps
    if (testClock === null) {
      const sentence = "The clock of this server is its machine's: the setting clock.movable lets it be moved"
      throw new AppError('forbidden', { sentence })
    }
    const moveTo = instantOrNull(body.MoveTo, badInstant)
    const seconds = body.MoveBySeconds ?? null
    if ((moveTo === null) === (seconds === null)) {
      throw new AppError('invalid_request', { sentence: 'Send either MoveTo or MoveBySeconds' })
    }
    const moved = await testClock.queue(() =>
      moveClock(testClock, moveTo ?? deps.clock.now() + (seconds ?? 0) * secondMs, testClock.signal),
    )
    return envelope([clockItem(deps, moved)], 'Clock moved')
  })

const noCounts: ClockItem['counts'] = {
  execution_completed: 0,
  execution_failed: 0,
  execution_retried: 0,
  callback_delivered: 0,
  callback_retried: 0,
  callback_failed: 0,
}

function clockItem({ clock, testClock }: ClockRouteDeps, moved: MovedClock | null): ClockItem {
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
