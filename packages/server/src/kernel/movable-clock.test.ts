import { expect, test } from 'vitest'
import { createMovableClock } from './movable-clock.ts'
import { createFakeClock } from './testing/fake-clock.ts'

const never = new AbortController().signal

test('runs like its base, as far ahead as it was made or moved', async () => {
  const base = createFakeClock(1_000)
  const clock = createMovableClock(base, 500)
  expect(clock.now()).toBe(1_500)
  clock.moveTo(10_000)
  expect([clock.now(), clock.aheadMs]).toEqual([10_000, 9_000])
  await base.advance(5)
  expect(clock.now()).toBe(10_005)
})

test('never goes back', () => {
  const clock = createMovableClock(createFakeClock(1_000), 500)
  clock.moveTo(1_400)
  expect([clock.now(), clock.aheadMs]).toEqual([1_500, 500])
})

test('wakes who waits for an instant that a move passes, and nobody else', async () => {
  const base = createFakeClock(0)
  const clock = createMovableClock(base, 0)
  const woken: number[] = []
  const waits = [10, 20, 30].map((at) => clock.waitUntil(at, never).then(() => woken.push(at)))
  clock.moveTo(20)
  await Promise.all(waits.slice(0, 2))
  expect(woken).toEqual([10, 20])
  // What still waits does so for as long as is left on the base.
  await base.waitedFor(10)
  await base.advance(10)
  await waits[2]
  expect(woken).toEqual([10, 20, 30])
})

test('an abort ends a wait, before and after a move', async () => {
  const clock = createMovableClock(createFakeClock(0), 0)
  const stop = new AbortController()
  const waiting = clock.waitUntil(1_000, stop.signal)
  clock.moveTo(500)
  stop.abort()
  await waiting
  await clock.waitUntil(2_000, stop.signal)
  expect(clock.now()).toBe(500)
})
