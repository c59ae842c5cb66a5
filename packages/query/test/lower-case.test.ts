import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { lowerCase } from '../src/compile/lower-case.ts'
import { openDuckDb } from './duckdb.ts'

const surrogates = { first: 0xd800, last: 0xdfff }

describe('the lower-case form of a text', () => {
  test('is that of DuckDB for every character of which it is said', async () => {
    const connection = await openDuckDb(1)
    const { first, last } = surrogates
    const result = await connection.runAndReadAll(
      `SELECT c::INTEGER, hex(lower(chr(c::INTEGER))) FROM range(1, 1114112) t(c) WHERE c NOT BETWEEN ${first} AND ${last}`,
    )
    const wrong = result.getRows().filter(([code, hex]) => {
      const folded = lowerCase(String.fromCodePoint(Number(code)))
      return folded !== undefined && Buffer.from(folded).toString('hex').toUpperCase() !== hex
    })
    expect(result.currentRowCount).toBeGreaterThan(1_000_000)
    expect(wrong).toEqual([])
  })

  test('is said of the alphabets that names are written in', () => {
    expect(lowerCase('Straße ÉCOLE Łódź ΟΔΟΣ МОСКВА 東京 서울 – “5 €”')).toBe(
      'straße école łódź οδοσ москва 東京 서울 – “5 €”',
    )
  })

  test('is not said where the engines could differ', () => {
    for (const text of ['İ', 'Ꭰ', '\u{10D50}', '\u{1F600}', '\uD800', '\0', '\uFEFF']) {
      expect(lowerCase(`a${text}b`)).toBeUndefined()
    }
  })

  test('of a text is that of its characters, one after the other', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const folded = Array.from(text, lowerCase)
        expect(lowerCase(text)).toBe(folded.includes(undefined) ? undefined : folded.join(''))
      }),
    )
  })
})
