import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { namesOf } from '../check/names.ts'
import type { Dataset } from '../dataset.ts'
import type { Profile } from '../profile.ts'
import { parseQuery } from '../syntax/parse-query.ts'
import type { Token } from '../syntax/token.ts'
import { isReserved } from '../syntax/token.ts'
import { tokenize } from '../syntax/tokenize.ts'
import { arbitraryQuery } from '../testing/arbitrary-query.ts'
import { cmpDatasets } from '../testing/documented-datasets.ts'
import { salesDataset } from '../testing/sales-dataset.ts'
import { completeQuery } from './complete-query.ts'
import type { Completion } from './completion.ts'

const shop: Dataset = {
  ...salesDataset,
  description: 'What was sold.',
  columns: salesDataset.columns.map((column) =>
    column.name === 'City' ? { ...column, description: 'Where.', values: ['Oslo', 'Rome', `L'Aquila`] } : column,
  ),
}
const visits: Dataset = {
  name: 'Visits',
  nameAliases: [],
  columns: [
    { name: 'City', type: 'string' },
    { name: 'Pages', type: 'integer' },
  ],
  metrics: [],
  columnAliases: {},
  dateRanges: ['LIFETIME', 'TODAY'],
  timespans: 'rolling',
}

/** Completes a text at its `|`. */
function complete(text: string, profile: Profile = 'open', datasets: readonly Dataset[] = [shop, visits]): Completion {
  return completeQuery(text.replace('|', ''), text.indexOf('|'), { datasets, profile })
}

const labels = (text: string, profile?: Profile): readonly string[] =>
  complete(text, profile).items.map(({ label }) => label)

/** The text after the first item was chosen. */
function accepted(text: string): string {
  const { replace, items } = complete(text)
  const plain = text.replace('|', '')
  return plain.slice(0, replace.start) + (items[0]?.insertText ?? '') + plain.slice(replace.end)
}

describe('the grammar decides', () => {
  test.each([
    ['|', ['SELECT']],
    ['SELECT Name |', ['FROM']],
    ['SELECT Name FROM |', ['Sales', 'Visits']],
    ['SELECT Name FROM Sales |', ['WHERE', 'ORDER BY', 'LIMIT', 'TIMESPAN']],
    [`SELECT Name FROM Sales WHERE Name = 'a'|`, ['AND', 'OR', 'ORDER BY', 'LIMIT', 'TIMESPAN']],
    [`SELECT Name FROM Sales WHERE (Name = 'a' |`, ['AND', 'OR']],
    ['SELECT Name FROM Sales ORDER |', ['BY']],
    ['SELECT Name FROM Sales ORDER BY Name |', ['DESC', 'ASC', 'LIMIT', 'TIMESPAN']],
    ['SELECT Name FROM Sales LIMIT |', []],
    ['SELECT Name FROM Sales LIMIT 5 |', ['TIMESPAN']],
    ['SELECT Name FROM Sales TIMESPAN TODAY |', []],
    ['SELECT Name FROM Sales; |', []],
    ['SELECT Name FROM Sales WHERE Quantity BETWEEN 1 |', ['AND']],
  ])('%s', (text, expected) => {
    expect(labels(text)).toEqual(expected)
  })

  test('extensions are offered in the profile open alone', () => {
    const places = ['SELECT |', 'SELECT Name FROM Sales WHERE |', 'SELECT Name FROM Sales WHERE Name |']
    const more = [...places, 'SELECT Name FROM Sales WHERE Name NOT |', 'SELECT Name FROM Sales WHERE Units = 1 |']
    const only = [...more, 'SELECT Name FROM Sales TIMESPAN |'].map((text) => {
      const documented = labels(text, 'partner-center')
      return labels(text, 'open').filter((label) => !documented.includes(label))
    })
    expect(only).toEqual([
      ['*'],
      ['NOT'],
      ['BETWEEN', 'NOT BETWEEN', 'IS NULL', 'IS NOT NULL'],
      ['BETWEEN'],
      ['OR'],
      ['BETWEEN'],
    ])
  })
})

describe('names', () => {
  test('are those of the dataset, though FROM stands after the cursor', () => {
    expect(labels('SELECT | FROM Visits')).toEqual(['City', 'Pages', 'DISTINCT', '*'])
    expect(labels('SELECT Name, Orders, | FROM salesv1').slice(-3)).toEqual(['Customers', 'Name', 'Orders'])
  })

  test('are never aliases, and never hidden', () => {
    const offered = ['SELECT |', 'SELECT | FROM Sales', 'SELECT Total FROM Sales WHERE |'].flatMap((text) =>
      labels(text),
    )
    expect(offered).not.toContain('Secret')
    expect(offered).not.toContain('Owner')
    expect(offered).not.toContain('Legacy')
    expect(labels('SELECT Unit|')).toEqual([])
  })

  test('without FROM are those of the datasets that have what is selected already', () => {
    expect(labels('SELECT |')).toEqual(expect.arrayContaining(['Name', 'Pages', 'Orders']))
    expect(labels('SELECT |').filter((label) => label === 'City')).toHaveLength(1)
    expect(labels('SELECT Pages, |')).toEqual(['City', 'Pages'])
    expect(labels('SELECT Pages FROM |')).toEqual(['Visits', 'Sales'])
    expect(labels('SELECT Nonsense, | FROM Nowhere')).toEqual(expect.arrayContaining(['Pages', 'Name']))
  })

  test('carry type and description', () => {
    expect(complete('SELECT Ci| FROM Sales').items).toEqual([
      { kind: 'column', label: 'City', insertText: 'City', detail: 'string', description: 'Where.' },
    ])
    expect(complete('SELECT a FROM Sal|').items).toEqual([
      { kind: 'dataset', label: 'Sales', insertText: 'Sales', description: 'What was sold.' },
    ])
    expect(complete('SELECT Cheap|').items).toEqual([
      { kind: 'metric', label: 'Cheapest(USD)', insertText: 'Cheapest(USD)', detail: 'decimal' },
    ])
  })

  test('that begin with what is written go before those with a word that does', () => {
    expect(labels('SELECT pri| FROM Sales')).toEqual(['Price', 'TotalPrice'])
    expect(labels('SELECT usd| FROM Sales')).toEqual(['Cheapest(USD)'])
    expect(labels('SELECT eight| FROM Sales')).toEqual([])
  })

  test('in WHERE are metrics only if one is selected', () => {
    expect(labels('SELECT Name FROM Sales WHERE Tot|')).toEqual([])
    expect(labels('SELECT Name, Orders FROM Sales WHERE TotalP|')).toEqual(['TotalPrice'])
    expect(labels('SELECT Name, Nonsense FROM Sales WHERE TotalP|')).toEqual(['TotalPrice'])
  })

  test('in ORDER BY are those that the result can be ordered by', () => {
    expect(labels('SELECT DISTINCT Name, Units FROM Sales ORDER BY |')).toEqual(['Name', 'Quantity'])
    expect(labels('SELECT Name, Orders FROM Sales ORDER BY Orders, O|')).toEqual(['Orders'])
    expect(labels('SELECT Name FROM Sales ORDER BY |')).toEqual(expect.arrayContaining(['City', 'Day']))
    expect(labels('SELECT Name FROM Sales ORDER BY |')).not.toContain('Orders')
    expect(labels('SELECT Name FROM Sales ORDER BY Name, |').at(-1)).toBe('Name')
  })

  test('with brackets are found from within the bracket', () => {
    for (const text of [
      'SELECT Cheapest(| FROM Sales',
      'SELECT Cheapest(us| FROM Sales',
      'SELECT Chea|pest(USD) FROM Sales',
    ]) {
      expect(accepted(text)).toBe('SELECT Cheapest(USD) FROM Sales')
    }
  })
})

describe('operators', () => {
  const at = (name: string): readonly string[] => labels(`SELECT Name FROM Sales WHERE ${name} |`)

  test('fit the type of the column, which may be called by an alias', () => {
    expect(at('Name')).toContain('NOT LIKE')
    expect(at('Units')).not.toContain('LIKE')
    expect(at('IsPaid')).toEqual(['=', '!=', 'IN', 'NOT IN', 'IS NULL', 'IS NOT NULL'])
    expect(at('IsPaid NOT')).toEqual(['IN'])
    expect(at('IsPaid IS')).toEqual(['NULL', 'NOT NULL'])
    expect(at('Nonsense')).toContain('LIKE')
    expect(labels('SELECT Name FROM Sales WHERE Name !|')).toEqual(['!='])
  })

  test('IN brings its bracket, once', () => {
    expect(accepted('SELECT Name FROM Sales WHERE Name in|')).toBe('SELECT Name FROM Sales WHERE Name IN (')
    expect(accepted(`SELECT Name FROM Sales WHERE Name IN| ('a')`)).toBe(`SELECT Name FROM Sales WHERE Name IN ('a')`)
  })
})

describe('values', () => {
  const where = 'SELECT Name FROM Sales WHERE'

  test('are those that the catalog declares, quoted', () => {
    expect(complete(`${where} City = |`).items.map(({ insertText }) => insertText)).toEqual([
      `'Oslo'`,
      `'Rome'`,
      `'L''Aquila'`,
    ])
    expect(labels(`${where} City IN ('Oslo', |`)).toContain('Rome')
    expect(labels(`${where} Name = |`)).toEqual([])
    expect(labels(`${where} Legacy = |`)).toEqual([])
  })

  test('are the forms of a boolean', () => {
    expect(complete(`${where} IsNew = |`).items).toEqual([
      { kind: 'value', label: 'No', insertText: `'No'`, detail: 'false' },
      { kind: 'value', label: 'Yes', insertText: `'Yes'`, detail: 'true' },
    ])
    expect(accepted(`${where} IsPaid = 1|`)).toBe(`${where} IsPaid = '1'`)
    expect(labels(`${where} IsOpen = |`)).toEqual(['false', 'true'])
  })

  test.each([
    [`City = 'r|`, `City = 'Rome'`],
    [`City = ‘R|`, `City = 'Rome'`],
    [`City = 'l''a|`, `City = 'L''Aquila'`],
    [`City = 'R|ome' AND Name = 'x'`, `City = 'Rome' AND Name = 'x'`],
    [`City = 'R| AND Name = 'x'`, `City = 'Rome' AND Name = 'x'`],
    [`City = 'R|ome ORDER BY Name`, `City = 'Rome' ORDER BY Name`],
    [`City IN ('Oslo', 'L|`, `City IN ('Oslo', 'L''Aquila'`],
    [`City IN ('Oslo','R|)`, `City IN ('Oslo','Rome')`],
  ])('within quotes: %s', (text, expected) => {
    expect(accepted(`${where} ${text}`)).toBe(`${where} ${expected}`)
  })

  test('nothing but values stands within quotes', () => {
    expect(labels(`${where} Name = 'O|`)).toEqual([])
    expect(labels(`SELECT 'N|`)).toEqual([])
  })
})

describe('ranges', () => {
  test('are those of the dataset, in words', () => {
    expect(complete('SELECT Name FROM Sales TIMESPAN LAST_6|').items).toEqual([
      {
        kind: 'range',
        label: 'LAST_6_MONTHS',
        insertText: 'LAST_6_MONTHS',
        detail: 'the last 6 months',
        description: 'What counts without TIMESPAN',
      },
    ])
    expect(labels(String.raw`SELECT Name FROM Sales TIMESPAN last\_1|`)).toEqual(['LAST_1_YEAR'])
    expect(labels(String.raw`SELECT Name FROM Sales TIMESPAN LAST\|`)).toContain('LAST_MONTH')
  })

  test('of a dataset without dates are LIFETIME at most', () => {
    expect(labels('SELECT City FROM Visits TIMESPAN |')).toEqual(['LIFETIME'])
    const none = { ...visits, dateRanges: [] }
    expect(complete('SELECT City FROM Visits |', 'open', [none]).items.map(({ label }) => label)).not.toContain(
      'TIMESPAN',
    )
  })
})

describe('a text that is wrong elsewhere', () => {
  test.each([
    ['SELECT Name City FROM Sales WHERE Quan|', ['Quantity']],
    ['SELECT FROM Sales WHERE Quan|', ['Quantity', 'TotalQuantity']],
    ['SELEC Name FROM Sales WHERE Quan|', ['Quantity', 'TotalQuantity']],
    [`SELECT Name FROM Sales WHERE Name == 'x' AND Quan|`, ['Quantity']],
    [`SELECT Name FROM Sales WHERE Name <> 'x' AND City = 'R|`, ['Rome']],
    [
      `SELECT Name FROM Sales WHERE Name = "x" AND Quantity BETWEEN 1 AND 2 |`,
      ['AND', 'OR', 'ORDER BY', 'LIMIT', 'TIMESPAN'],
    ],
    ['SELECT Name; City, Quan| FROM Sales', ['Quantity', 'TotalQuantity']],
    ['SELECT Name FROM Sales WHERE Name = ORDER BY Quan|', ['Quantity']],
    ['SELECT Name FROM Sales WHERE ORDER BY Name Name, Quan|', ['Quantity']],
    ['SELECT Quan| FROM Sales WHERE WHERE [x] = "', ['Quantity', 'TotalQuantity']],
  ])('%s', (text, expected) => {
    expect(labels(text)).toEqual(expected)
  })
})

test('a cursor outside of the text is taken to its end', () => {
  const schema = { datasets: [shop], profile: 'open' } as const
  for (const cursor of [99, Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(completeQuery('SEL', cursor, schema).replace).toEqual({ start: 0, end: 3 })
  }
  expect(completeQuery('SEL', -1, schema).replace).toEqual({ start: 0, end: 0 })
})

const seed = 11
const schema = { datasets: [salesDataset], profile: 'open' } as const

describe('for every valid query, cut anywhere', () => {
  const canonical = new Map(namesOf(salesDataset).listed.map((name) => [name.toLowerCase(), name] as const))
  const isKnown = ({ kind, value }: Token): boolean =>
    kind === 'word' &&
    (isReserved(value) ||
      canonical.has(value.toLowerCase()) ||
      /^(by|asc|desc|distinct|null|last_.*|today|yesterday|lifetime|sales)$/i.test(value))

  test('the word that stands there is offered', () => {
    fc.assert(
      fc.property(arbitraryQuery, (text) => {
        const missed = tokenize(text)
          .filter(isKnown)
          .flatMap(({ value, span }) =>
            Array.from({ length: span.end - span.start }, (_, index) => span.start + index)
              .filter((cursor) => {
                const { items } = completeQuery(text.slice(0, cursor), cursor, schema)
                const begins = (inserted: string) => inserted.toUpperCase().split(' ')[0] === value.toUpperCase()
                return !items.some(({ insertText }) => begins(insertText))
              })
              .map((cursor) => `${text.slice(0, cursor)}|${text.slice(cursor)}`),
          )
        expect(missed).toEqual([])
      }),
      { numRuns: 150, seed },
    )
  })

  test('choosing any item leaves a text that reads as far as it is written', () => {
    fc.assert(
      fc.property(arbitraryQuery, fc.nat(), (text, at) => {
        const cursor = at % (text.length + 1)
        const { replace, items } = completeQuery(text, cursor, schema)
        const wrong = items
          .map(({ insertText }) => text.slice(0, replace.start) + insertText)
          .filter((chosen) => !readsToItsEnd(chosen))
        expect(wrong).toEqual([])
      }),
      { numRuns: 400, seed },
    )
  })

  test('what is offered without extensions uses none', () => {
    fc.assert(
      fc.property(arbitraryQuery, fc.nat(), (text, at) => {
        const cursor = at % (text.length + 1)
        const { items } = completeQuery(text.slice(0, cursor), cursor, { ...schema, profile: 'partner-center' })
        expect(items.filter(({ label }) => /^(\*|OR|IS\b.*|.*\bBETWEEN)$/.test(label))).toEqual([])
      }),
      { numRuns: 300, seed },
    )
  })
})

test('no text and no cursor makes it throw, and what it would replace is part of the text', () => {
  fc.assert(
    fc.property(
      arbitraryQuery,
      fc.nat(),
      fc.nat(),
      fc.string({ unit: 'binary', maxLength: 4 }),
      (text, at, where, noise) => {
        const offset = at % (text.length + 1)
        for (const changed of [text.slice(0, offset) + noise + text.slice(offset + 2), noise]) {
          const cursor = where % (changed.length + 1)
          const { replace } = completeQuery(changed, cursor, schema)
          expect(replace.start <= cursor && cursor <= replace.end && replace.end <= changed.length).toBe(true)
        }
      },
    ),
    { numRuns: 1000, seed },
  )
})

test('the largest texts and datasets are completed at once', () => {
  const columns = Array.from({ length: 500 }, (_, index) => ({ name: `Column${index}`, type: 'string' as const }))
  const wide = { ...salesDataset, columns, metrics: [], columnAliases: {} }
  const names = columns.map(({ name }) => name).join(', ')
  const list = Array.from({ length: 1000 }, () => `'x'`).join(', ')
  const long = `SELECT ${names}, | FROM Sales WHERE Column1 IN (${list})`
  const hostile = [
    `'`.repeat(16_384),
    `‘`.repeat(16_384),
    '('.repeat(16_384),
    'a('.repeat(8192),
    'a '.repeat(8192),
    '\\'.repeat(16_384),
    `a${'b'.repeat(16_383)}`,
  ]
  const startedAt = performance.now()
  for (const text of [
    long,
    ...hostile.map((text) => `${text}|`),
    ...hostile.map((text) => `SELECT a FROM Sales WHERE ${text}|`),
  ]) {
    complete(text, 'open', [wide, ...cmpDatasets])
  }
  expect(performance.now() - startedAt).toBeLessThan(2000)
})

/** Whether a text is right, or wrong only in that it ends. */
function readsToItsEnd(text: string): boolean {
  const result = parseQuery(text)
  return result.ok || (result.diagnostics[0]?.position.offset ?? 0) >= text.trimEnd().length
}
