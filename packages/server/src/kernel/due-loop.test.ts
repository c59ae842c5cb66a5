import { expect, test } from 'vitest'
import { startDueLoop } from './due-loop.ts'
import type { DueLoopParts } from './due-loop.ts'
import { minuteMs, secondMs } from './hours.ts'
import { createFakeClock } from './testing/fake-clock.ts'

/** A loop over a list of due times; work is done at once unless `handle` says otherwise. */
function setUp(dueAts: number[], parts: Partial<DueLoopParts<number>> = {}) {
  const clock = createFakeClock(0)
  const stop = new AbortController()
  const seen = { done: [] as string[], errors: [] as string[], looks: 0 }
  const loop = startDueLoop<number>(
    {
      clock,
      random: () => 0.5,
      slots: 1,
      lookEveryMs: 30 * secondMs,
      async claim() {
        seen.looks += 1
        const next = Math.min(...dueAts)
        if (next > clock.now()) return undefined
        dueAts.splice(dueAts.indexOf(next), 1)
        return next
      },
      async handle(work) {
        seen.done.push(`${work}@${clock.now()}`)
      },
      async nextDueAt() {
        return dueAts.length === 0 ? undefined : Math.min(...dueAts)
      },
      onError: (error) => seen.errors.push(`${String(error)}@${clock.now()}`),
      ...parts,
    },
    stop.signal,
  )
  return { clock, stop, loop, seen }
}

test('work is taken when it falls due, what is due longest first', async () => {
  const { clock, seen } = setUp([7_000, 0, 3_000])
  await clock.advance(6_999)
  expect(seen.done).toEqual(['0@0', '3000@3000'])
  await clock.advance(1)
  expect(seen.done).toEqual(['0@0', '3000@3000', '7000@7000'])
})

test('work that another process adds is found at the next look, without being told', async () => {
  const due: number[] = []
  const { clock, seen } = setUp(due)
  await clock.advance(1)
  due.push(0)
  await clock.set(29_999)
  expect(seen.done).toEqual([])
  await clock.set(30_000)
  expect(seen.done).toEqual(['0@30000'])
})

test('settles when nothing is due and nothing is in hand, and not before', async () => {
  const working = Promise.withResolvers<void>()
  const { clock, loop, seen } = setUp([0, 5_000], {
    handle: async (work) => {
      await working.promise
      seen.done.push(`${work}@${clock.now()}`)
    },
  })
  let settled = false
  const settling = loop.settled().then(() => (settled = true))
  await clock.advance(0)
  expect(settled).toBe(false)
  working.resolve()
  await settling
  expect(seen.done).toEqual(['0@0'])
  await clock.advance(5_000)
  await loop.settled()
  expect(seen.done).toEqual(['0@0', '5000@5000'])
})

test('a loop that was stopped has settled', async () => {
  const { loop, stop } = setUp([])
  stop.abort()
  await loop.stopped
  await expect(loop.settled()).resolves.toBeUndefined()
})

test('a wake looks at once', async () => {
  const due: number[] = []
  const { clock, loop, seen } = setUp(due)
  await clock.advance(5)
  due.push(0)
  loop.wake()
  await clock.advance(0)
  expect(seen.done).toEqual(['0@5'])
})

test('a wake that comes while the loop is looking is not lost', async () => {
  const due: number[] = []
  const asked = Promise.withResolvers<void>()
  const answer = Promise.withResolvers<undefined>()
  const { clock, loop, seen } = setUp(due, {
    nextDueAt() {
      asked.resolve()
      return answer.promise
    },
  })
  await asked.promise
  due.push(0)
  loop.wake()
  answer.resolve(undefined)
  await clock.advance(0)
  expect(seen.done).toEqual(['0@0'])
})

test('no more is taken than there are slots, and a free slot is filled at once', async () => {
  const ends = new Map<number, () => void>()
  const { clock, seen } = setUp([0, 1, 2], {
    slots: 2,
    async handle(work) {
      seen.done.push(`begins ${work}`)
      const end = Promise.withResolvers<void>()
      ends.set(work, end.resolve)
      await end.promise
    },
  })
  await clock.set(10)
  expect(seen.done).toEqual(['begins 0', 'begins 1'])
  ends.get(0)?.()
  await clock.advance(0)
  expect(seen.done).toEqual(['begins 0', 'begins 1', 'begins 2'])
})

test('something due that nobody may take is not asked for again and again', async () => {
  const { clock, seen } = setUp([], { nextDueAt: async () => -1 })
  await clock.advance(10 * secondMs)
  expect(seen.looks).toBe(11)
})

test('an idle loop only looks once an interval', async () => {
  const { clock, seen } = setUp([])
  await clock.advance(10 * minuteMs)
  expect(seen.looks).toBe(21)
})

test('a store in trouble is asked after growing pauses, whoever wakes the loop, and work goes on afterwards', async () => {
  let broken = true
  const { clock, loop, seen } = setUp([0], {
    async nextDueAt() {
      if (broken) throw new Error('locked')
      return undefined
    },
  })
  await clock.advance(1)
  loop.wake()
  await clock.set(20 * secondMs)
  expect(seen.errors.map((line) => line.split('@')[1])).toEqual(['0', '1000', '3000', '7000', '15000'])
  broken = false
  await clock.set(40 * secondMs)
  expect(seen.errors).toHaveLength(5)
  expect(seen.done).toEqual(['0@0'])
})

test('work that throws is reported and stops nothing', async () => {
  const { clock, seen } = setUp([0, 5], {
    async handle(work) {
      if (work === 0) throw new Error('broken')
      seen.done.push(`${work}`)
    },
  })
  await clock.set(5)
  expect(seen.errors).toEqual(['Error: broken@0'])
  expect(seen.done).toEqual(['5'])
})

test('told to stop, the loop takes nothing more and waits for what is in hand', async () => {
  const end = Promise.withResolvers<void>()
  let told = false
  const { clock, loop, seen, stop } = setUp([0, 5], {
    async handle(work, signal) {
      seen.done.push(`begins ${work}`)
      signal.addEventListener('abort', () => (told = true))
      await end.promise
      seen.done.push(`ends ${work}`)
    },
  })
  await clock.advance(1)
  stop.abort()
  let stopped = false
  const whenStopped = loop.stopped.then(() => (stopped = true))
  await clock.set(10)
  expect([told, stopped]).toEqual([true, false])
  end.resolve()
  await whenStopped
  expect(seen.done).toEqual(['begins 0', 'ends 0'])
  expect(clock.waiting).toEqual([])
})

test('a loop whose signal has aborted already takes nothing', async () => {
  const clock = createFakeClock(0)
  const loop = startDueLoop(
    {
      clock,
      random: () => 0,
      slots: 1,
      lookEveryMs: 1,
      claim: () => Promise.reject(new Error('never asked')),
      handle: () => Promise.reject(new Error('never asked')),
      nextDueAt: () => Promise.reject(new Error('never asked')),
      onError: (error) => {
        throw error
      },
    },
    AbortSignal.abort(),
  )
  await expect(loop.stopped).resolves.toBeUndefined()
})
