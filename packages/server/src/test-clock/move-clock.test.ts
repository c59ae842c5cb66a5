import { expect, test } from 'vitest'
import { createMovableClock } from '../kernel/movable-clock.ts'
import { createFakeClock } from '../kernel/testing/fake-clock.ts'
import { createHappenings } from './happenings.ts'
import { moveClock } from './move-clock.ts'

const never = new AbortController().signal

test('keeps each step before anything happens at its time: a server killed on the way does not turn its clock back', async () => {
  const clock = createMovableClock(createFakeClock(1_000), 0)
  const dueAts = [3_000, 5_000]
  let keptMs = 0
  const seen: (readonly [nowAt: number, afterKillAt: number])[] = []
  const work = {
    nextDueAt: async () => dueAts[0],
    async settled() {
      while ((dueAts[0] ?? Infinity) <= clock.now()) dueAts.shift()
      seen.push([clock.now(), 1_000 + keptMs])
    },
  }
  const keepAhead = async (aheadMs: number): Promise<void> => {
    keptMs = aheadMs
  }
  const moved = await moveClock({ clock, work: [work], happenings: createHappenings(), keepAhead }, 9_000, never)
  expect(moved.toAt).toBe(9_000)
  expect(seen).toEqual([1_000, 3_000, 5_000, 9_000].map((at) => [at, at]))
})
