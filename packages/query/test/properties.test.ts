import * as fc from 'fast-check'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { checkQuery, parseQuery, printQuery } from '../src/index.ts'
import type { CheckResult, Diagnostic } from '../src/index.ts'
import type { Span } from '../src/syntax/span.ts'
import { arbitraryQuery } from '../src/testing/arbitrary-query.ts'
import { cmpDatasets, mpnDatasets } from '../src/testing/documented-datasets.ts'
import { hostileTexts } from '../src/testing/hostile-texts.ts'
import { salesDataset } from '../src/testing/sales-dataset.ts'

// What holds for every text: the corpus, random queries that are right, and hostile ones.

const seed = 7
const corpus = join(import.meta.dirname, '../corpus')
const corpusTexts = globSync('*/*.query', { cwd: corpus })
  .toSorted()
  .map((file) => readFileSync(join(corpus, file), 'utf8'))
const rightTexts = fc.sample(arbitraryQuery, { numRuns: 2000, seed })
const hostile = hostileTexts([...corpusTexts, ...rightTexts.slice(0, 300)], seed)
const hostileSample = Array.from({ length: 10_000 }, () => hostile.next().value)

function check(text: string): CheckResult {
  return checkQuery(text, { datasets: [salesDataset, ...cmpDatasets, ...mpnDatasets], profile: 'open' })
}

describe('printing', () => {
  test('gives a text with the same plan, and is done after one time', () => {
    let same = 0
    for (const text of [...corpusTexts, ...rightTexts, ...hostileSample]) {
      const parsed = parseQuery(text)
      if (!parsed.ok) continue
      const printed = printQuery(parsed.tree)
      const again = parseQuery(printed)
      // Doubled quotes and blanks can take a text over the limit.
      if (printed.length > 16_000) continue
      expect(again.ok && printQuery(again.tree)).toBe(printed)
      const [before, after] = [check(text), check(printed)]
      expect(after.ok).toBe(before.ok)
      if (!before.ok || !after.ok) continue
      expect(after.query.plan).toEqual(before.query.plan)
      same += 1
    }
    expect(same).toBeGreaterThan(3000)
  })
})

describe('a text that ends too early', () => {
  test('is a query or is refused at a place in it, wherever it ends', () => {
    for (const text of corpusTexts) {
      // The largest have too many places to try them all.
      const step = text.length > 2000 ? 61 : 1
      for (let length = 0; length <= text.length; length += step) {
        expect(faultsOf(text.slice(0, length))).toEqual([])
      }
    }
  })
})

describe('places', () => {
  test('lie within the text, and carets stand under what they mean', () => {
    let told = 0
    for (const text of [...corpusTexts, ...hostileSample]) {
      expect(faultsOf(text)).toEqual([])
      const result = check(text)
      told += result.ok ? 0 : result.diagnostics.length
    }
    expect(told).toBeGreaterThan(5000)
  })

  test('of the parts of a tree are where the text has them', () => {
    for (const text of [...corpusTexts, ...rightTexts]) {
      const parsed = parseQuery(text)
      if (!parsed.ok) continue
      for (const part of partsOf(parsed.tree)) {
        expect(part.span.end).toBeGreaterThan(part.span.start)
        expect(part.span.end).toBeLessThanOrEqual(text.length)
        if (part.name === undefined) continue
        expect(text.slice(part.span.start, part.span.end).replaceAll(String.raw`\_`, '_')).toBe(part.name)
      }
    }
  })
})

/** What is wrong with how a text is refused; nothing if it is right. */
function faultsOf(text: string): readonly unknown[] {
  const result = check(text)
  if (result.ok) return []
  if (result.diagnostics.length === 0) return [{ text, refused: 'without a word' }]
  return result.diagnostics.flatMap((diagnostic) =>
    isInside(text, diagnostic) && isUnderlined(text, diagnostic) ? [] : [{ text, diagnostic }],
  )
}

/** At the end of the text nothing is left to point at; then the place is just behind it. */
function isInside(text: string, { position }: Diagnostic): boolean {
  const { line, column, offset, length } = position
  const before = text.slice(0, offset).split(/\r\n|\r|\n/)
  const isThere = line === before.length && column === (before.at(-1)?.length ?? 0) + 1
  return isThere && offset >= 0 && length >= 1 && offset + length <= Math.max(text.length, offset + 1)
}

/** The carets stand under the place, as far as it is in its line and the line is shown. */
function isUnderlined(text: string, { position, excerpt }: Diagnostic): boolean {
  const [line = '', marker = '', ...more] = excerpt.split('\n')
  const isMarker = more.length === 0 && /^ *\^+$/.test(marker) && line.length <= 102
  const start = marker.indexOf('^')
  const carets = marker.length - start
  // Each control character takes one place. At the end of the text nothing is left to stand above.
  const [meant = ''] = text.slice(position.offset, position.offset + carets).split(/[\r\n]/)
  return isMarker && carets <= position.length && line.slice(start).startsWith(meant.replaceAll(/\p{Cc}/gu, ' '))
}

/** Every part of a tree that has a place; names with their text. */
function partsOf(node: unknown): readonly { readonly span: Span; readonly name: string | undefined }[] {
  if (typeof node !== 'object' || node === null) return []
  const own = Object.entries(node).flatMap(([key, value]) => {
    const isSpan = key === 'span' || key === 'keyword'
    const name = 'name' in node && typeof node.name === 'string' && key === 'span' ? node.name : undefined
    return isSpan ? [{ span: value as Span, name }] : []
  })
  return [...own, ...Object.values(node).flatMap(partsOf)]
}
