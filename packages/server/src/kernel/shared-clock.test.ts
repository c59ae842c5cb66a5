import { expect, onTestFinished, test } from 'vitest'
import { openSharedClock } from './shared-clock.ts'

/** A place with a time of its own, and a monotonic clock; each answer takes `tripMs`. */
function aPlace(time: number) {
  const place = { time, monotonicMs: 7_000_000, tripMs: 2, isAway: false }
  return {
    place,
    pass: (ms: number) => {
      place.time += ms
      place.monotonicMs += ms
    },
    deps: {
      monotonicMs: () => place.monotonicMs,
      askTime: async () => {
        if (place.isAway) throw new Error('away')
        place.monotonicMs += place.tripMs
        place.time += place.tripMs
        return place.time - place.tripMs / 2
      },
    },
  }
}

function untilDone(): AbortSignal {
  const done = new AbortController()
  onTestFinished(() => done.abort())
  return done.signal
}

test('the time is that of the place, whatever the machine says', async () => {
  const { deps, place, pass } = aPlace(1_000_000)
  const clock = await openSharedClock(deps, untilDone())
  expect(clock.now()).toBe(Math.floor(place.time))
  pass(90_000)
  expect(clock.now()).toBe(Math.floor(place.time))
})

test('a place that does not answer at first is an error', async () => {
  const { deps, place } = aPlace(1)
  place.isAway = true
  await expect(openSharedClock(deps, untilDone())).rejects.toThrow('away')
})

test('waiting ends when the shared time has come, or at once when it is called off', async () => {
  const startedAt = performance.now()
  const clock = await openSharedClock(
    { askTime: async () => 5_000_000 + performance.now() - startedAt, monotonicMs: () => performance.now() },
    untilDone(),
  )
  const until = clock.now() + 60
  await clock.waitUntil(until, new AbortController().signal)
  expect(clock.now()).toBeGreaterThanOrEqual(until)
  await clock.waitUntil(clock.now() + 3_600_000, AbortSignal.abort())
})
