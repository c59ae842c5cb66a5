import { expect, test } from 'vitest'
import { hourMs, minuteMs, secondMs } from '../kernel/hours.ts'
import { retryPausesMs, verdictOn } from './retry-schedule.ts'

const middle = () => 0.5
const answered = (status: number) => ({ kind: 'answered', status }) as const
const unanswered = { kind: 'unanswered', error: 'No answer came within 15 s.' } as const

test('the pauses are 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h and 24 h', () => {
  expect(retryPausesMs).toEqual([
    5 * secondMs,
    5 * minuteMs,
    30 * minuteMs,
    ...[2, 5, 10, 14, 20, 24].map((hours) => hours * hourMs),
  ])
})

test.each([200, 201, 202, 204, 299])('%i is success', (status) => {
  expect(verdictOn(answered(status), 0, 0, middle)).toEqual({ kind: 'delivered' })
})

test.each([0, 199, 300, 302, 400, 401, 404, 408, 429, 500, 503])('%i is tried again', (status) => {
  expect(verdictOn(answered(status), 0, 1_000, middle)).toEqual({ kind: 'retry', dueAt: 6_000 })
})

test('410 ends it, at the first attempt or any other', () => {
  expect([verdictOn(answered(410), 0, 0, middle), verdictOn(answered(410), 5, 0, middle)]).toEqual([
    { kind: 'failed' },
    { kind: 'failed' },
  ])
})

test('no answer is tried again, and the tenth time given up', () => {
  expect(verdictOn(unanswered, 8, 0, middle)).toEqual({ kind: 'retry', dueAt: 24 * hourMs })
  expect(verdictOn(unanswered, 9, 0, middle)).toEqual({ kind: 'failed' })
})

test('pauses are spread by a fifth, so that what failed together does not come back together', () => {
  expect(verdictOn(unanswered, 1, 0, () => 0)).toEqual({ kind: 'retry', dueAt: 4 * minuteMs })
  expect(verdictOn(unanswered, 1, 0, () => 0.999_999_9)).toEqual({ kind: 'retry', dueAt: 6 * minuteMs })
})
