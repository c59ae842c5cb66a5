import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkQuery } from '../check-query.ts'
import { limits } from '../limits.ts'
import { arbitraryQuery } from '../testing/arbitrary-query.ts'
import { salesDataset } from '../testing/sales-dataset.ts'
import { parseQuery } from './parse-query.ts'
import { printQuery } from './print-query.ts'
import type { QueryTree } from './tree.ts'

function parse(text: string): QueryTree {
  const result = parseQuery(text)
  if (!result.ok) throw new Error(`${text}: ${result.diagnostics[0]?.message}`)
  return result.tree
}

/** A tree without the places where its parts stand, and with the name of a range in capitals, as it is printed. */
function withoutPlaces({ timespan, ...tree }: QueryTree): unknown {
  const isRange = timespan?.kind === 'range'
  const printed = isRange ? { ...timespan, name: timespan.name.name.toUpperCase() } : timespan
  return JSON.parse(
    JSON.stringify({ ...tree, timespan: printed }, (key, value) =>
      key === 'span' || key === 'keyword' ? undefined : value,
    ),
  )
}

const seed = 7

describe('parseQuery and printQuery', () => {
  test('what is printed reads as the same tree, and prints the same again', () => {
    fc.assert(
      fc.property(arbitraryQuery, (text) => {
        const tree = parse(text)
        const printed = printQuery(tree)
        expect(withoutPlaces(parse(printed))).toEqual(withoutPlaces(tree))
        expect(printQuery(parse(printed))).toBe(printed)
      }),
      { numRuns: 500, seed },
    )
  })

  test('AND binds before OR, NOT before both', () => {
    const { where } = parse('SELECT a FROM b WHERE NOT a = 1 AND b = 2 OR c = 3')
    expect(where).toMatchObject({ kind: 'or', terms: [{ kind: 'and', terms: [{ kind: 'not' }, {}] }, {}] })
  })

  test('a column may be called like a word of the language that is not reserved', () => {
    expect(printQuery(parse('select distinct, date, offset, by from limits order by desc desc'))).toBe(
      'SELECT distinct, date, offset, by FROM limits ORDER BY desc DESC',
    )
  })

  test.each(['SELECT a FROM b;', ' \n SELECT a FROM b \n', 'select a from b ; '])('takes %j', (text) => {
    expect(printQuery(parse(text))).toBe('SELECT a FROM b')
  })
})

describe('no text makes it throw', () => {
  test('every prefix of a valid query is read or refused', () => {
    fc.assert(
      fc.property(arbitraryQuery, (text) => {
        const prefixes = Array.from({ length: text.length + 1 }, (_, length) => text.slice(0, length))
        expect(prefixes.flatMap(faultsOf)).toEqual([])
      }),
      { numRuns: 60, seed },
    )
  })

  test('neither does noise, nor a valid query with a piece changed', () => {
    fc.assert(
      fc.property(arbitraryQuery, fc.nat(), fc.string({ unit: 'binary', maxLength: 4 }), (text, at, noise) => {
        const offset = at % (text.length + 1)
        expect(faultsOf(text.slice(0, offset) + noise + text.slice(offset + 2))).toEqual([])
        expect(faultsOf(noise)).toEqual([])
      }),
      { numRuns: 1000, seed },
    )
  })

  test('the largest texts that are wrong everywhere are refused at once', () => {
    const size = limits.textBytes
    const names = Array.from({ length: 1300 }, (_, index) => `Quantitx${index}`).join(',')
    const hostile = [
      `‘`.repeat(size / 3),
      `'`.repeat(size),
      '('.repeat(size),
      `SELECT ${names} FROM Sales`,
      '\\'.repeat(size),
    ]
    const startedAt = performance.now()
    expect(hostile.flatMap(faultsOf)).toEqual([])
    expect(performance.now() - startedAt).toBeLessThan(2000)
  })

  /** What is wrong with the answer to a text, right or wrong as the text may be. */
  function faultsOf(text: string): readonly unknown[] {
    const result = checkQuery(text, { datasets: [salesDataset], profile: 'open' })
    if (result.ok) return []
    if (result.diagnostics.length === 0) return [text]
    return result.diagnostics.filter(({ position: { offset, line, column }, excerpt, message }) => {
      const isInText = offset <= text.length && line > 0 && column > 0
      return !isInText || excerpt.split('\n').length !== 2 || message === ''
    })
  }
})

describe('limits', () => {
  const nested = (depth: number): string => `SELECT a FROM b WHERE ${'('.repeat(depth)}a = 1${')'.repeat(depth)}`

  test('64 levels are read, 65 and ten thousand are refused', () => {
    expect(parseQuery(nested(64)).ok).toBe(true)
    for (const depth of [65, 7000]) {
      expect(parseQuery(nested(depth))).toMatchObject({ ok: false, diagnostics: [{ code: 'nested_too_deep' }] })
    }
    expect(parseQuery(`SELECT a FROM b WHERE ${'NOT '.repeat(65)}a = 1`)).toMatchObject({
      diagnostics: [{ code: 'nested_too_deep', position: { offset: 22 + 64 * 4 } }],
    })
    const sideBySide = Array.from({ length: 200 }, () => '(a = 1)').join(' AND ')
    expect(parseQuery(`SELECT a FROM b WHERE ${sideBySide}`).ok).toBe(true)
  })

  test('16 KiB are read, a byte more is refused, whatever characters it has', () => {
    const of = (bytes: number, character: string): string => {
      const frame = `SELECT a FROM b WHERE a = ''`
      const size = new TextEncoder().encode(character).length
      return `${frame.slice(0, -1)}${character.repeat((bytes - frame.length) / size)}'`
    }
    expect(parseQuery(of(16 * 1024, 'x')).ok).toBe(true)
    expect(parseQuery(of(16 * 1024, '😀')).ok).toBe(true)
    expect(parseQuery(`${of(16 * 1024, '😀')} `)).toMatchObject({ ok: false, diagnostics: [{ code: 'text_too_long' }] })
  })
})
