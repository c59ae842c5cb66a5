import { expect, test } from 'vitest'
import { activate, nextNumber, retain, withVersion, type Contents } from './contents.ts'

const version = (number: number) => ({ number, id: `${number}-x` })
const retention = { keptVersions: 2, readersMs: 1_000 }

/** Versions 1, 2, … loaded one after the other, `everyMs` apart. */
function loaded(versions: number, everyMs: number): Contents {
  let contents: Contents | undefined
  for (let number = 1; number <= versions; number += 1) {
    contents = withVersion(contents, version(nextNumber(contents)), number * everyMs)
  }
  if (contents === undefined) throw new Error('no version was loaded')
  return contents
}

const numbers = ({ kept }: Contents) => kept.map(({ number }) => number)

test('a version takes the place of the one in force, and has the next number', () => {
  expect(loaded(3, 10)).toEqual({
    current: 3,
    kept: [
      { number: 1, id: '1-x', supersededAt: 20 },
      { number: 2, id: '2-x', supersededAt: 30 },
      { number: 3, id: '3-x', supersededAt: null },
    ],
  })
})

test('the newest are kept', () => {
  expect(numbers(retain(loaded(5, 10), retention, 100_000))).toEqual([4, 5])
  expect(numbers(retain(loaded(1, 10), retention, 100_000))).toEqual([1])
})

test('one that was in force a moment ago is kept whatever their number, until no run can be reading it', () => {
  const contents = loaded(4, 600)
  // They were superseded at 1200, 1800 and 2400.
  expect(numbers(retain(contents, retention, 2_199))).toEqual([1, 2, 3, 4])
  expect(numbers(retain(contents, retention, 2_200))).toEqual([2, 3, 4])
  expect(numbers(retain(contents, retention, 2_800))).toEqual([3, 4])
})

test('one that was put in force again is kept, and is no longer superseded', () => {
  const back = activate(loaded(3, 10), 1, 1_000, 'request')
  expect(back).toEqual({
    current: 1,
    kept: [
      { number: 1, id: '1-x', supersededAt: null, activatedFor: 'request' },
      { number: 2, id: '2-x', supersededAt: 30 },
      { number: 3, id: '3-x', supersededAt: 1_000 },
    ],
  })
  expect(numbers(retain(back, { ...retention, keptVersions: 1 }, 100_000))).toEqual([1, 3])
})

test('a number is never given twice, also after going back', () => {
  const back = retain(activate(loaded(3, 10), 2, 40, 'request'), { keptVersions: 1, readersMs: 0 }, 50)
  expect(numbers(back)).toEqual([2, 3])
  expect(nextNumber(back)).toBe(4)
})
