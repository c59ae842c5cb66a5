import { expect, test } from 'vitest'
import { createFakeClock } from './kernel/testing/fake-clock.ts'
import { untilOutdated } from './watch-schema.ts'

const words = 'versions below 9 can not work with it'

test('it is asked every five seconds, also after a database that was away, until there is a reason to end', async () => {
  const clock = createFakeClock(0)
  const askedAt: number[] = []
  const answers = [() => null, () => Promise.reject(new Error('away')), () => null, () => words]
  const stores = {
    whyOutdated: async () => {
      askedAt.push(clock.now())
      return answers.shift()?.() ?? null
    },
  }
  const outdated = untilOutdated(stores, clock, new AbortController().signal)
  await clock.advance(30_000)
  expect(await outdated).toBe(words)
  expect(askedAt).toEqual([5_000, 10_000, 15_000, 20_000])
})

test('a server that ends by itself asks no more, and hears nothing', async () => {
  const clock = createFakeClock(0)
  const ending = new AbortController()
  let asked = 0
  const stores = {
    whyOutdated: async () => {
      asked += 1
      return words
    },
  }
  let heard = false
  void untilOutdated(stores, clock, ending.signal).then(() => (heard = true))
  ending.abort()
  await clock.advance(30_000)
  expect([asked, heard]).toEqual([0, false])
})
