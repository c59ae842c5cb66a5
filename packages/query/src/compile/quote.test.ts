import { expect, test } from 'vitest'
import { quoteName, quoteText } from './quote.ts'

test('a quote inside is doubled, and nothing else is changed', () => {
  expect(quoteName('RevenueGenerated(USD)')).toBe('"RevenueGenerated(USD)"')
  expect(quoteName(`a"; DROP TABLE x; --'`)).toBe(`"a""; DROP TABLE x; --'"`)
  expect(quoteText(`/data/it's "here"\\\n.parquet`)).toBe(`'/data/it''s "here"\\\n.parquet'`)
  expect(quoteText('')).toBe(`''`)
})

test('the character at which an engine would cut the statement off is refused', () => {
  expect(() => quoteName('a\0b')).toThrow('U+0000')
  expect(() => quoteText('a\0b')).toThrow('U+0000')
})

test('a name is never empty', () => {
  expect(() => quoteName('')).toThrow('can not be empty')
})
