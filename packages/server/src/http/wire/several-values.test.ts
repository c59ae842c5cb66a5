import { expect, test } from 'vitest'
import { severalValues } from './several-values.ts'

test.each([
  ['a', ['a']],
  ['a;b', ['a', 'b']],
  [' a ; b ;; a', ['a', 'b']],
  [';', null],
  ['', null],
  [undefined, null],
])('%j holds %j', (text, values) => {
  expect(severalValues(text)).toEqual(values)
})
