import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runInNewContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { checkQuery } from '../src/check-query.ts'
import { operatorsFor } from '../src/check/operators.ts'
import { completeQuery, describeQuery, formatQuery } from '../src/index.ts'
import type { Column, ColumnType, Dataset, Diagnostic, Metric, Profile } from '../src/index.ts'
import { limits } from '../src/limits.ts'
import { parseMetric } from '../src/metric/parse-metric.ts'
import { isReserved } from '../src/syntax/token.ts'
import { everyCode } from './every-code.ts'

// Runs `docs/reference/query-language.md`: whatever the page says in code, tables and numbers is held against the source.

const page = readFileSync(join(import.meta.dirname, '../../../docs/reference/query-language.md'), 'utf8')
const referenceAt = Date.parse('2024-05-31T10:30:00Z')

/** A fenced block; `mark` is what follows the language. */
interface Block {
  readonly language: string
  readonly mark: string
  readonly text: string
}

function blocksOf(text: string): readonly Block[] {
  return [...text.matchAll(/^```(\S*) ?(\S*)\n(.*?)\n```$/gms)].map(([, language = '', mark = '', text = '']) => ({
    language,
    mark,
    text,
  }))
}

/** What stands below a heading, its own headings included. */
function sectionOf(heading: string): string {
  const [, marks = ''] = new RegExp(`^(#+) ${heading}$`, 'm').exec(page) ?? []
  const start = page.indexOf(`\n${marks} ${heading}\n`)
  if (start === -1) throw new Error(`the page has no section ${heading}`)
  const rest = page.slice(start + heading.length + marks.length + 2)
  return rest.slice(0, new RegExp(`^#{1,${marks.length}} `, 'm').exec(rest)?.index ?? rest.length)
}

/** The rows of the tables of a text whose first header is `header`, cells without their backquotes. */
function tableOf(text: string, header: string): readonly (readonly string[])[] {
  const lines = text.split('\n')
  const start = lines.findIndex((line) => line.startsWith(`| ${header} |`))
  const rows = lines.slice(start + 2)
  return rows
    .slice(
      0,
      rows.findIndex((line) => !line.startsWith('|')),
    )
    .map((line) =>
      line
        .slice(2, -2)
        .split(' | ')
        .map((cell) => cell.trim()),
    )
}

const plain = (cell = ''): string => cell.replaceAll('`', '')
const quotedIn = (text: string): readonly string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word)

/** The datasets as the page declares them. */
function datasetsOfPage(): readonly Dataset[] {
  const rows = tableOf(page, 'Orders').map(([name, type = '', description = '']) => ({
    name: plain(name),
    type,
    description,
  }))
  const columns = rows
    .filter(({ type }) => !type.startsWith('metric'))
    .map(({ name, type, description }): Column => ({
      name,
      type: type as ColumnType,
      description: plain(description),
      ...(name === 'IsTrial' && { booleanForms: ['No', 'Yes'] as const }),
      ...(name === 'Status' && { values: quotedIn(description) }),
    }))
  const metrics = rows
    .filter(({ type }) => type.startsWith('metric'))
    .map(({ name, type, description }) => toMetric(name, type, description, columns))
  const [, ranges = ''] = /It offers the ranges (.*?)\. The other dataset/s.exec(page) ?? []
  const orders: Dataset = {
    name: 'Orders',
    nameAliases: [],
    columns: [...columns, { name: 'Owner', type: 'string', hidden: true }],
    metrics,
    columnAliases: { Units: 'Quantity' },
    accountColumn: 'Owner',
    dateColumn: 'OrderDate',
    dateRanges: quotedIn(ranges),
    timespans: 'rolling',
  }
  const countries: Dataset = {
    name: 'Countries',
    nameAliases: [],
    columns: [{ name: 'Country', type: 'string' }],
    metrics: [],
    columnAliases: {},
    dateRanges: [],
    timespans: 'rolling',
  }
  return [orders, countries]
}

/** `What it is: \`sum(Price)\`` */
function toMetric(name: string, type: string, description: string, columns: readonly Column[]): Metric {
  const [, words = '', expression = ''] = /^(.*): `(.*)`$/.exec(description) ?? []
  const parsed = parseMetric(expression, columns)
  if (!parsed.ok) throw new Error(`${name}: ${parsed.message}`)
  expect(type).toBe(`metric, ${parsed.type}`)
  return { name, type: parsed.type, description: words, expression: parsed.expression }
}

const datasets = datasetsOfPage()

/** `⟨3× a, ⟩` on the page stands for `a, a, a, `: some errors need long queries. */
function unfolded(text: string): string {
  return text.replaceAll(/⟨([\d,]+)× (.*?)⟩/g, (_, count: string, piece: string) =>
    piece.repeat(Number(count.replaceAll(',', ''))),
  )
}

function diagnosticsOf(text: string, profile: Profile): readonly Diagnostic[] {
  const result = checkQuery(unfolded(text), { datasets, profile })
  return result.ok ? [] : result.diagnostics
}

/** Diagnostics as the page shows them. */
function printed(diagnostics: readonly Diagnostic[]): string {
  return diagnostics
    .map(({ message, excerpt, hint }) => [message, excerpt, ...(hint === undefined ? [] : [hint])].join('\n'))
    .join('\n\n')
}

const diagnosticsStart = page.indexOf('\n## Diagnostics\n')
const beforeDiagnostics = page.slice(0, diagnosticsStart)

test('the grammar is that of the parser, production by production', () => {
  const [grammar] = blocksOf(sectionOf('Grammar'))
  const source = ['parser.ts', 'tokenize.ts']
    .map((file) => readFileSync(join(import.meta.dirname, '../src/syntax', file), 'utf8'))
    .join('\n')
  expect(lined(grammar?.text ?? '')).toEqual(productionsIn(source))
})

/** The productions that stand above the methods of a source: `Name : …`, and lines that go on with `|`. */
function productionsIn(source: string): readonly string[] {
  const comments = [...source.matchAll(/\/\*\*(.*?)\*\//gs)].map(([, comment = '']) =>
    comment.split('\n').map((line) => line.replace(/^\s*\*?\s*/, '').trimEnd()),
  )
  return comments.flatMap((lines) => {
    const start = lines.findIndex((line) => /^[A-Z][A-Za-z]+ : /.test(line))
    if (start === -1) return []
    const rest = lines.slice(start + 1)
    const end = rest.findIndex((line) => !line.startsWith('|'))
    return [lines[start] ?? '', ...rest.slice(0, end === -1 ? rest.length : end)]
  })
}

function lined(text: string): readonly string[] {
  return text.split('\n').map((line) => line.trim())
}

test('the reserved words are those of the language', () => {
  const [, sentence = ''] = /^Reserved, and so never a name: (.*?)\. /ms.exec(page) ?? []
  expect(quotedIn(sentence)).toHaveLength(13)
  expect(quotedIn(sentence).filter((word) => !isReserved(word))).toEqual([])
  // Every keyword of the grammar is one or the other.
  const [grammar] = blocksOf(sectionOf('Grammar'))
  const keywords = new Set(grammar?.text.match(/\b[A-Z]{2,}\b/g))
  const free = [...keywords].filter((word) => !isReserved(word)).toSorted()
  expect(free).toEqual(['ASC', 'BY', 'DESC', 'DISTINCT', 'NULL'])
})

test('every query of the page outside of the diagnostics is right', () => {
  const queries = blocksOf(beforeDiagnostics).filter(({ language }) => language === 'query')
  expect(queries.length).toBeGreaterThan(8)
  for (const { text } of queries)
    expect({ text, wrong: printed(diagnosticsOf(text, 'open')) }).toEqual({ text, wrong: '' })
})

test('each type takes the operators that the page says', () => {
  const rows = tableOf(sectionOf('Values'), 'type')
  expect(new Set(rows.map(([type]) => type))).toEqual(
    new Set(['boolean', 'date', 'decimal', 'integer', 'string', 'timestamp']),
  )
  for (const [type, , operators = ''] of rows) {
    expect({ type, operators: quotedIn(operators) }).toEqual({
      type,
      operators: operatorsFor(type as ColumnType, 'open'),
    })
  }
})

describe('time', () => {
  const windowOf = (timespan: string, timespans: Dataset['timespans']): readonly string[] => {
    const clause = timespan === 'none' ? '' : `TIMESPAN ${timespan}`
    const dated = datasets.map((dataset) => ({ ...dataset, timespans }))
    const result = checkQuery(`SELECT OrderId FROM Orders ${clause}`, { datasets: dated, profile: 'open' })
    if (!result.ok) return [printed(result.diagnostics)]
    const { window } = describeQuery(result.query, { referenceAt })
    if (window?.startAt === null || window === null) return ['all', 'all']
    return [window.startAt, `${window.endAt}${window.endInclusive ? ', included' : ''}`]
  }

  test.each([
    ['TIMESPAN', 'rolling'],
    ['TIMESPAN, calendar', 'calendar'],
  ] as const)('the windows of the table %s', (header, timespans) => {
    const rows = tableOf(sectionOf('Time'), header)
    expect(rows.length).toBeGreaterThan(3)
    for (const [timespan, ...bounds] of rows) {
      expect([timespan, ...windowOf(plain(timespan), timespans)]).toEqual([timespan, ...bounds])
    }
  })

  test('every range of the dataset has a line', () => {
    const shown = tableOf(sectionOf('Time'), 'TIMESPAN').map(([timespan]) => plain(timespan))
    expect(shown).toEqual(expect.arrayContaining([...(datasets[0]?.dateRanges ?? [])]))
  })
})

test('the extensions are those that the profile partner-center refuses', () => {
  const section = sectionOf('Profiles and extensions')
  const [query] = blocksOf(section)
  const refused = diagnosticsOf(query?.text ?? '', 'partner-center').map(({ code }) => code)
  expect(new Set(refused)).toEqual(new Set(['extension']))
  const named = diagnosticsOf((query?.text ?? '').replace('AND NOT', 'AND Price IS NULL AND NOT'), 'partner-center')
  expect(named.map(({ message }) => /no (.*?),/.exec(message)?.[1])).toEqual([
    'SELECT *',
    'parentheses',
    'OR',
    'BETWEEN',
    'IS NULL',
    'NOT',
    'TIMESPAN BETWEEN',
  ])
})

test('the limits are those in force', () => {
  const shown = tableOf(sectionOf('Limits'), 'what').map(([, number = '']) => Number(number.replaceAll(',', '')))
  expect(shown).toEqual(Object.values(limits))
})

test('the format of the unformatted query is the query after it', () => {
  const [unformatted, formatted] = blocksOf(sectionOf('Format'))
  expect(unformatted?.mark).toBe('unformatted')
  expect(formatQuery(unformatted?.text ?? '')).toEqual({ ok: true, text: formatted?.text })
})

test('the completion is what it prints', () => {
  const [code, shown] = blocksOf(sectionOf('Completion'))
  const printedValues: unknown[] = []
  // The code of the page is its own test: it runs with the names that it uses.
  runInNewContext(code?.text ?? '', {
    completeQuery,
    datasets,
    print: (...values: readonly unknown[]) => printedValues.push(...values),
  })
  expect(printedValues).toEqual(JSON.parse(shown?.text ?? ''))
})

test('the explanation is what describeQuery says', () => {
  const [query, explained] = blocksOf(sectionOf('Explain'))
  const result = checkQuery(query?.text ?? '', { datasets, profile: 'open' })
  expect(result.ok && describeQuery(result.query, { referenceAt }).words.join('\n')).toBe(explained?.text)
})

describe('diagnostics', () => {
  const sections = page
    .slice(diagnosticsStart)
    .split(/^### /m)
    .slice(1)
    .map((section) => ({ code: section.slice(0, section.indexOf('\n')), blocks: blocksOf(section) }))

  test('every code has its section, and every section a code', () => {
    expect(sections.map(({ code }) => code).toSorted()).toEqual(everyCode.toSorted())
  })

  test.each(sections)('$code: each example gives what stands below it', ({ code, blocks }) => {
    const examples = blocks.filter(({ language }) => language === 'query')
    expect(blocks.map(({ language }) => language)).toEqual(examples.flatMap(() => ['query', 'text']))
    expect(examples.length).toBeGreaterThan(0)
    for (const [index, { text, mark }] of examples.entries()) {
      const diagnostics = diagnosticsOf(text, mark === 'partner-center' ? 'partner-center' : 'open')
      expect(diagnostics.map((diagnostic) => diagnostic.code)).toContain(code)
      expect(printed(diagnostics)).toBe(blocks[index * 2 + 1]?.text ?? text)
    }
  })

  test('links to the sections lead there', () => {
    const anchors = new Set(
      [...page.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
        heading
          .toLowerCase()
          .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
          .replaceAll(' ', '-'),
      ),
    )
    const links = [...page.matchAll(/\]\(#(.*?)\)/g)].map(([, anchor = '']) => anchor)
    expect(links.filter((anchor) => !anchors.has(anchor))).toEqual([])
    expect(links.length).toBeGreaterThan(3)
  })
})
