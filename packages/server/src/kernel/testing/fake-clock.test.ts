import { expect, test } from 'vitest'
import { createFakeClock } from './fake-clock.ts'

const never = new AbortController().signal

test('time stands still until it is moved', async () => {
  const clock = createFakeClock(1_000)
  let woken = false
  const waiting = clock.waitUntil(2_000, never).then(() => (woken = true))
  await clock.advance(999)
  expect([clock.now(), woken]).toEqual([1_999, false])
  await clock.advance(1)
  await waiting
  expect([clock.now(), woken]).toEqual([2_000, true])
})

test('waiters wake in order, each at its own instant, also those who begin to wait on the way', async () => {
  const clock = createFakeClock(0)
  const seen: string[] = []
  const tick = async (name: string, everyMs: number) => {
    for (let beat = 1; beat <= 3; beat += 1) {
      await clock.waitUntil(beat * everyMs, never)
      seen.push(`${name}@${clock.now()}`)
    }
  }
  const both = Promise.all([tick('slow', 30), tick('fast', 20)])
  await clock.set(90)
  await both
  expect(seen).toEqual(['fast@20', 'slow@30', 'fast@40', 'slow@60', 'fast@60', 'slow@90'])
  expect(clock.waiting).toEqual([])
})

test('an abort ends a wait without moving time', async () => {
  const clock = createFakeClock(0)
  const stop = new AbortController()
  const waiting = clock.waitUntil(10, stop.signal)
  expect(clock.waiting).toEqual([10])
  stop.abort()
  await waiting
  expect([clock.now(), clock.waiting]).toEqual([0, []])
})

test('an instant that has passed and a signal that has aborted make no one wait', async () => {
  const clock = createFakeClock(5)
  await clock.waitUntil(5, never)
  await clock.waitUntil(9, AbortSignal.abort())
  expect(clock.waiting).toEqual([])
})

test('a test can wait until someone waits for an instant, before or after it begins to', async () => {
  const clock = createFakeClock(0)
  const seen: string[] = []
  const watching = clock.waitedFor(7).then(() => seen.push('7 is waited for'))
  void clock.waitUntil(5, never)
  await clock.advance(1)
  expect(seen).toEqual([])
  void clock.waitUntil(7, never)
  await watching
  expect(seen).toEqual(['7 is waited for'])
  await expect(clock.waitedFor(5)).resolves.toBeUndefined()
})
