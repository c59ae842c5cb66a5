import { expect, test } from 'vitest'
import { checkQuery } from '../check-query.ts'
import { compileQuery } from '../compile-query.ts'
import type { CompiledQuery } from '../compiled-query.ts'
import type { Dataset, Relation } from '../dataset.ts'
import { parseMetric } from '../metric/parse-metric.ts'
import { salesDataset } from '../testing/sales-dataset.ts'
import type { Dialect } from './dialect.ts'

const conditions = {
  'text without case': `Name = 'O''Neil'`,
  'text list': `Name IN ('a', 'B')`,
  'a backslash is a letter': `Name = 'a\\b'`,
  'a text that looks like SQL': `Name != ''' OR 1=1 --'`,
  'curly quotes are letters inside straight ones': `Name = '‘a’'`,
  'half of an emoji': `Name = 'a\uD83D'`,
  LIKE: `Name LIKE 'a%_'`,
  'LIKE with escapes': `Name NOT LIKE '100\\%\\a\\'`,
  'whole number': 'Quantity >= -5',
  'whole number beyond 64 bits': 'Quantity < 99999999999999999999',
  decimal: 'Price = 1.50',
  'decimal beyond 38 digits': `Price > 0.${'0'.repeat(40)}1`,
  boolean: `IsPaid = '1'`,
  'boolean of no form': `IsPaid = 'maybe'`,
  date: `Day BETWEEN '2024-01-31' AND '2024-02-29'`,
  timestamp: `At < '1969-12-31T23:59:59.5Z'`,
  NULL: 'Name IS NOT NULL',
} as const

const metrics = {
  'sum of decimals': 'sum(Price)',
  'sum of whole numbers': 'sum(Quantity)',
  mean: 'avg(Weight)',
  'count of all rows': 'count(*)',
  'count of different values': 'count(DISTINCT Name)',
  'arithmetic in a row': 'sum(Price * Quantity)',
  'whole arithmetic': 'sum(Quantity * 2) - count(*)',
  'a ratio': 'sum(Price) / count(*)',
} as const

const names = ['Order', 'Revenue(USD)', 'a"b', '"', "it's", 'a\\', '-- x', '漢字 😀']

/**
 * What a dialect writes, topic by topic. A topic is a rule that every engine has to keep; the bytes are how this one keeps
 * it, for its test to compare. Looked at without a connection; `test/round-trips.test.ts` asks the engine.
 */
export function bytesOf(dialect: Dialect, relation: Relation): string {
  const compile = (text: string, dataset: Dataset = salesDataset): CompiledQuery => {
    const result = checkQuery(text, { datasets: [dataset], profile: 'open' })
    if (!result.ok) throw new Error(`${text}: ${result.diagnostics[0]?.message}`)
    return compileQuery(result.query, { relation, accountId: "o'wner", referenceAt }, dialect)
  }
  const condition = (text: string): string => {
    const { sql, parameters } = compile(`SELECT Name FROM Sales WHERE ${text} TIMESPAN LIFETIME`)
    const where = /"Owner" = [^\n]+\n {2}\((.*)\)$/m.exec(sql)?.[1] ?? sql
    // Half of a character can't be written to a golden file as it is.
    const shown = (value: string): string => (value.isWellFormed() ? value : JSON.stringify(value))
    const bound = parameters
      .filter(({ value }) => value !== "o'wner")
      .map(({ type, value }) => `${type} ${shown(String(value))}`)
    return [where, ...bound].join('   <- ')
  }
  const metric = (text: string): string => {
    const parsed = parseMetric(text, salesDataset.columns)
    if (!parsed.ok) throw new Error(parsed.message)
    const declared = { name: 'M', type: parsed.type, expression: parsed.expression }
    const { sql } = compile('SELECT City, M FROM Sales WHERE M > 1', { ...salesDataset, metrics: [declared] })
    return /HAVING \((.*) > /.exec(sql)?.[1] ?? sql
  }
  const topics = (title: string, of: Readonly<Record<string, string>>, write: (text: string) => string): string =>
    [`# ${title}`, ...Object.entries(of).map(([topic, text]) => `${topic}: ${write(text)}`)].join('\n')

  return [
    topics('names: one name each, whatever they hold', Object.fromEntries(names.map((name) => [name, name])), (name) =>
      dialect.quoteName(name),
    ),
    topics("values: bound, or in quotes that they can't end; a text compares without case", conditions, condition),
    topics('metrics: the same however the rows are split', metrics, metric),
    '# rows: ordered by their values, NULL last either way, a text without case first; the window; the first seven',
    compile('SELECT City, Price, IsNew, Day, At FROM Sales ORDER BY City, Quantity ASC LIMIT 7 TIMESPAN LAST_MONTH')
      .sql,
    '# groups: ordered by their columns; forms of whole and other numbers',
    compile('SELECT City, TotalQuantity, TotalPrice, MeanWeight FROM Sales TIMESPAN TODAY').sql,
    '',
  ].join('\n')
}

/** What every dialect refuses. */
export function dialectContract(dialect: Dialect, other: Relation): void {
  test('a name that would end the statement is refused', () => {
    expect(() => dialect.quoteName('a\0b')).toThrow('U+0000')
  })

  test('a relation of another engine is refused', () => {
    expect(() => dialect.relation(other, [])).toThrow(/can't read/)
  })
}

const referenceAt = Date.UTC(2024, 4, 31, 10, 30)
