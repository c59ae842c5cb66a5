import * as fc from 'fast-check'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { limits } from '../limits.ts'
import { parseQuery } from '../syntax/parse-query.ts'
import { printQuery } from '../syntax/print-query.ts'
import { utf8Length } from '../syntax/utf8-length.ts'
import { arbitraryQuery } from '../testing/arbitrary-query.ts'
import { formatQuery } from './format-query.ts'

function format(text: string): string {
  const result = formatQuery(text)
  if (!result.ok) throw new Error(`${text}: ${result.diagnostics[0]?.message}`)
  return result.text
}

/** What a text says, places aside: the canonical line is the same for equal trees only. */
function meaning(text: string): string | undefined {
  const result = parseQuery(text)
  return result.ok ? printQuery(result.tree) : undefined
}

/** What formatting changed that it must not: a text whose meaning differs, or that is formatted into another again. */
function changesBy(text: string): readonly string[] {
  const formatted = format(text)
  return meaning(formatted) === meaning(text) && format(formatted) === formatted ? [] : [text]
}

test('a query of up to 100 columns stands on one line, as printQuery has it', () => {
  expect(format(`select  Name ,City\nfrom Sales where City=‘Oslo’ and Units in(1,2) order by Name;`)).toBe(
    `SELECT Name, City FROM Sales WHERE City = 'Oslo' AND Units IN (1, 2) ORDER BY Name`,
  )
  const of = (length: number): string => format(`SELECT ${'a'.repeat(length - 'SELECT  FROM b'.length)} FROM b`)
  expect(of(100)).not.toContain('\n')
  expect(of(101)).toContain('\n')
})

test('a longer one has a line for each clause and condition, and lists filled up to column 100', () => {
  const columns = Array.from({ length: 14 }, (_, index) => `Column${index}`).join(',')
  const values = Array.from({ length: 12 }, (_, index) => `'value ${index}'`).join(',')
  const text = `select distinct ${columns} from Sales where Units > 1 and (City = 'Oslo' or Name in (${values}) or (Price = 1 and
    not (Weight = 1 and Price = 2 and Quantity = 3 or Weight = 2 and Price = 3 and Quantity = 400000000))) and Name like 'a%'
    order by Name, City desc limit 10 timespan last_month`
  expect(format(text)).toMatchInlineSnapshot(`
    "SELECT DISTINCT Column0, Column1, Column2, Column3, Column4, Column5, Column6, Column7, Column8,
      Column9, Column10, Column11, Column12, Column13
    FROM Sales
    WHERE Units > 1
      AND (
        City = 'Oslo'
        OR Name IN ('value 0', 'value 1', 'value 2', 'value 3', 'value 4', 'value 5', 'value 6',
          'value 7', 'value 8', 'value 9', 'value 10', 'value 11')
        OR (
          Price = 1
          AND NOT (
            Weight = 1
              AND Price = 2
              AND Quantity = 3
            OR Weight = 2
              AND Price = 3
              AND Quantity = 400000000
          )
        )
      )
      AND Name LIKE 'a%'
    ORDER BY Name, City DESC
    LIMIT 10
    TIMESPAN LAST_MONTH"
  `)
})

test('AND stands further in than the OR that joins it', () => {
  const long = 'x'.repeat(90)
  expect(format(`SELECT a FROM b WHERE a = 1 AND b = '${long}' OR c = 3`).split('\n').slice(2)).toEqual([
    'WHERE a = 1',
    `    AND b = '${long}'`,
    '  OR c = 3',
  ])
})

test('a text with a line end keeps it', () => {
  expect(changesBy(`SELECT a FROM b WHERE a = 'x\n  y' AND b = 1`)).toEqual([])
})

test('what is no query is refused with its place', () => {
  expect(formatQuery('SELECT FROM b')).toMatchObject({ ok: false, diagnostics: [{ code: 'syntax' }] })
})

describe('the meaning stays, and formatting again changes nothing', () => {
  test('for any query', () => {
    fc.assert(
      fc.property(arbitraryQuery, (text) => {
        expect(changesBy(text)).toEqual([])
      }),
      { numRuns: 500, seed: 7 },
    )
  })

  test('for every query of the corpus', () => {
    const corpus = join(import.meta.dirname, '../../corpus')
    const files = readdirSync(corpus, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.query'))
    const texts = files.map((file) => readFileSync(join(corpus, file), 'utf8')).filter((text) => parseQuery(text).ok)
    expect(texts.length).toBeGreaterThan(150)
    for (const text of texts) {
      expect(changesBy(text)).toEqual([])
      const long = format(text)
        .split('\n')
        .filter((line) => line.length > 100)
      // Only what can't be broken: one name or value after its keyword.
      expect(long.filter((line) => /, |AND .* AND /.test(line) && !line.includes(`'`))).toEqual([])
    }
  })

  test('for queries that would outgrow the limit by it', () => {
    const terms = Array.from({ length: 2300 }, () => 'a=1').join(' or ')
    const broad = `SELECT a FROM b WHERE ${terms}`
    // Straight quotes have to be doubled where they replace curly ones.
    const full = `SELECT a FROM b WHERE a = ‘${"''".repeat(100)}’ AND b IN (${Array.from({ length: 900 }, () => '‘’').join(',')})`
    const dense = `SELECT a FROM b WHERE a IN(${Array.from({ length: 7000 }, () => '1').join(',')})`
    for (const text of [broad, full, dense]) {
      expect(utf8Length(text)).toBeLessThanOrEqual(limits.textBytes)
      expect(changesBy(text)).toEqual([])
    }
    expect(format(dense)).toBe(dense)
  })

  test('a list of any length stays linear', () => {
    const startedAt = performance.now()
    format(`SELECT ${Array.from({ length: 2700 }, (_, index) => `a${index}`).join(',')} FROM b`)
    expect(performance.now() - startedAt).toBeLessThan(500)
  })
})
