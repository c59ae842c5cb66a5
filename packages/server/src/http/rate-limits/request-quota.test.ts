import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { minuteMs } from '../../kernel/hours.ts'
import { createFakeClock } from '../../kernel/testing/fake-clock.ts'
import { networkOf } from './network-of.ts'
import { createRequestQuota } from './request-quota.ts'

const startAt = Date.UTC(2026, 4, 9, 12)

describe('a quota of requests', () => {
  test('takes a minute’s worth at once, and then one whenever one has come back', async () => {
    const clock = createFakeClock(startAt)
    const quota = createRequestQuota(clock, 60, 10)
    const standings = Array.from({ length: 61 }, () => quota.take('a'))
    expect(standings[0]).toEqual({ isWithin: true, remaining: 59, resetSeconds: 1, retryAfterSeconds: 0 })
    expect(standings[59]).toEqual({ isWithin: true, remaining: 0, resetSeconds: 60, retryAfterSeconds: 0 })
    expect(standings[60]).toEqual({ isWithin: false, remaining: 0, resetSeconds: 60, retryAfterSeconds: 1 })
    await clock.set(startAt + 999)
    expect(quota.take('a').isWithin).toBe(false)
    await clock.set(startAt + 1_000)
    expect([quota.take('a').isWithin, quota.take('a').isWithin]).toEqual([true, false])
  })

  test('who waits as long as it is told is taken, and not a second earlier', async () => {
    const clock = createFakeClock(startAt)
    const quota = createRequestQuota(clock, 4, 10)
    for (let request = 0; request < 4; request += 1) quota.take('a')
    expect(quota.take('a').retryAfterSeconds).toBe(15)
    await clock.set(startAt + 14_000)
    expect(quota.take('a')).toMatchObject({ isWithin: false, retryAfterSeconds: 1 })
    await clock.set(startAt + 15_000)
    expect(quota.take('a').isWithin).toBe(true)
  })

  test('counts each key alone', () => {
    const quota = createRequestQuota(createFakeClock(startAt), 1, 10)
    expect(['a', 'b', 'a'].map((key) => quota.take(key).isWithin)).toEqual([true, true, false])
  })

  test('keeps no more keys than it may: who was silent longest begins anew', () => {
    const quota = createRequestQuota(createFakeClock(startAt), 1, 2)
    expect(['a', 'b', 'a', 'c', 'a', 'b'].map((key) => quota.take(key).isWithin)).toEqual([
      true,
      true,
      false,
      true,
      // Seen after b, so kept when c came.
      false,
      true,
    ])
  })

  test('a clock that was set back costs a minute at most', () => {
    let now = startAt
    const clock = { ...createFakeClock(0), now: () => now }
    const quota = createRequestQuota(clock, 1, 10)
    quota.take('a')
    now -= 60 * minuteMs
    expect(quota.take('a').retryAfterSeconds).toBe(60)
    now += minuteMs
    expect(quota.take('a').isWithin).toBe(true)
  })

  test('never takes more in any span than the bucket holds and what flows in meanwhile', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 600 }),
        fc.array(fc.integer({ min: 0, max: 30_000 }), { maxLength: 200 }),
        async (perMinute, pauses) => {
          const clock = createFakeClock(startAt)
          const quota = createRequestQuota(clock, perMinute, 10)
          const takenAt: number[] = []
          for (const pause of pauses) {
            await clock.set(clock.now() + pause)
            if (quota.take('a').isWithin) takenAt.push(clock.now())
          }
          const spans = takenAt.flatMap((from, first) =>
            takenAt.slice(first).map((until, further) => ({ taken: further + 1, ms: until - from })),
          )
          const tooMany = spans.filter(({ taken, ms }) => taken > perMinute + (ms * perMinute) / minuteMs + 1e-6)
          expect(tooMany).toEqual([])
        },
      ),
      { numRuns: 50 },
    )
  })
})

test.each([
  ['203.0.113.7', '203.0.113.7'],
  ['::ffff:203.0.113.7', '203.0.113.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2:ffff::1', '2001:db8:1:2::/64'],
  ['', 'unknown'],
  ['anything else', 'unknown'],
])('%s counts as %s', (address, network) => {
  expect(networkOf(address)).toBe(network)
})
