import { expect, test } from 'vitest'
import { parseAggregate } from './parse-aggregate.ts'

test.each([
  ['sum(Hours)', 'sum', 'Hours'],
  [' COUNTDISTINCT ( CustomerId ) ', 'countDistinct', 'CustomerId'],
  ['max(Revenue(USD))', 'max', 'Revenue(USD)'],
])('%s is a function over a column', (text, name, column) => {
  expect(parseAggregate(text)).toEqual({ function: name, column })
})

test.each(['', 'Hours', 'sum', 'sum()', 'sum( )', 'median(Hours)', 'sum(Hours', 'sum(Hours) / 2', 'sum(Hours);'])(
  '%s is none',
  (text) => {
    expect(parseAggregate(text)).toBeUndefined()
  },
)
