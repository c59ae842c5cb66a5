import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { arbitraryQuery } from '../packages/query/src/testing/arbitrary-query.ts'
import { salesTexts } from '../packages/query/src/testing/sales-texts.ts'
import { openCanaryHouse, type CanaryHouse, type SqlRow } from './testing/canary-house.ts'

// Whatever an account asks, its answers are made of its own rows and nothing else. Two servers have the same rows of one
// account, and other rows of all the others: each answer must be the same on both, to the byte. And each account's rows
// hold canaries, texts and numbers that nobody else has: all that leaves a server is searched for those of others.

/** What a compiler would do that forgot whose rows it reads; to show that the test would see it. */
const mutant = vi.hoisted(() => ({ forgetsTheAccount: false }))
vi.mock('@almanac/query', async (original) => {
  const real = await original<typeof import('@almanac/query')>()
  return {
    ...real,
    compileQuery: ((query, run, ...rest) =>
      real.compileQuery(
        mutant.forgetsTheAccount ? { ...query, plan: { ...query.plan, accountColumn: null } } : query,
        run,
        ...rest,
      )) satisfies typeof real.compileQuery,
  }
})

const startAt = Date.UTC(2024, 4, 31, 10, 30)
const base = '/insights/v1.1/cmp'

/** Accounts that a sloppy comparison would take for each other; the first one is whose rows both servers have. */
const accounts = ['ann', 'ANN', 'ann ', 'an%', 'bob'] as const
type Account = (typeof accounts)[number]
const [me] = accounts

// Nine digits each, and no two sums of few of them alike.
const numberOf = (account: Account): number => 700_000_007 + accounts.indexOf(account) * 11_111_111
const canaryOf = (account: Account): string =>
  `canary${accounts.indexOf(account)}x${'qwert'[accounts.indexOf(account)]}`

const text = (value: string): string => `'${value.replaceAll(`'`, `''`)}'`
const anyText = fc.constantFrom(...salesTexts)
const maybe = (value: fc.Arbitrary<string>): fc.Arbitrary<string> => fc.option(value, { nil: 'NULL', freq: 6 })
const days = fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 500 }))

/** A row of an account: usual values, so that queries find it, and canaries among them. */
const rowOf = (account: Account): fc.Arbitrary<SqlRow> => {
  const canary = fc.integer({ min: 0, max: 9 }).map((number) => text(`${canaryOf(account)}${number}`))
  const number = fc.constant(String(numberOf(account)))
  return fc.record({
    Name: maybe(fc.oneof(anyText.map(text), canary)),
    City: maybe(fc.oneof(anyText.map(text), canary)),
    Quantity: maybe(fc.oneof(fc.integer({ min: -12, max: 30 }).map(String), number)),
    Price: maybe(
      fc.oneof(
        fc.integer({ min: -400, max: 4_000 }).map((value) => String(value / 8)),
        number,
      ),
    ),
    Weight: maybe(
      fc.oneof(
        fc.integer({ min: -50, max: 50 }).map((value) => `${value / 7}::DOUBLE`),
        number,
      ),
    ),
    IsPaid: maybe(fc.constantFrom('true', 'false')),
    IsNew: maybe(fc.constantFrom('true', 'false')),
    IsOpen: maybe(fc.constantFrom('true', 'false')),
    Day: days.map((back) => `DATE '2024-05-31' - ${back}`),
    At: maybe(days.map((back) => `TIMESTAMP '2024-05-31 10:30:00' - INTERVAL ${back} HOUR`)),
    Secret: canary,
    Owner: fc.constant(text(account)),
  })
}
const rowsOf = (account: Account): fc.Arbitrary<readonly SqlRow[]> =>
  fc.array(rowOf(account), { minLength: 30, maxLength: 60 })

/** The rows of two servers: mine are the same, in the same order; those of others are others, and lie elsewhere. */
const worlds = fc
  .tuple(rowsOf(me), fc.tuple(...accounts.slice(1).map(rowsOf)), fc.tuple(...accounts.slice(1).map(rowsOf)), fc.nat())
  .map(([mine, some, others, mix]) => [mingled(mine, some.flat(), mix), mingled(mine, others.flat(), mix + 1)] as const)

/** Puts rows among others, each keeping its order. */
function mingled(mine: readonly SqlRow[], others: readonly SqlRow[], mix: number): readonly SqlRow[] {
  const rows: SqlRow[] = []
  const [left, right] = [[...mine], [...others]]
  for (let step = mix; left.length + right.length > 0; step = (step * 48_271 + 11) % 2_147_483_647) {
    const next = (step % 5 === 0 ? left.shift() : right.shift()) ?? left.shift()
    if (next !== undefined) rows.push(next)
  }
  return rows
}

/** Queries that look for the others: by name, by their canaries, by what only they can have made. */
const guess = fc.constantFrom(
  ...accounts.flatMap((account) => [
    `SELECT Name, City FROM Sales WHERE Name = '${canaryOf(account)}1' OR City = '${canaryOf(account)}1' TIMESPAN LIFETIME`,
    `SELECT Orders, Customers FROM Sales WHERE Name LIKE '${canaryOf(account)}%' TIMESPAN LIFETIME`,
    `SELECT Name, TotalQuantity FROM Sales WHERE TotalQuantity >= ${numberOf(account)} TIMESPAN LIFETIME`,
    `SELECT Quantity FROM Sales WHERE Quantity = ${numberOf(account)} TIMESPAN LIFETIME`,
    `SELECT Name FROM Sales WHERE Owner = '${account}'`,
    `SELECT Name FROM Sales WHERE Secret = '${canaryOf(account)}1'`,
  ]),
  'SELECT TotalPrice, TotalWeight, MeanWeight, TotalQuantity, Largest, Orders, Customers FROM Sales TIMESPAN LIFETIME',
  'SELECT Owner FROM Sales',
  'SELECT Name, Owner FROM Sales ORDER BY Owner',
)
// Half a character can't be written into an address.
const queries = arbitraryQuery.map((query) => query.toWellFormed())
const questions = fc.oneof({ arbitrary: queries, weight: 8 }, { arbitrary: guess, weight: 1 })

/** The canaries of others in something that left a server; none where all is well. */
function foreignIn(said: string, account: Account | null): readonly string[] {
  return accounts.flatMap((other) =>
    other === account
      ? []
      : [canaryOf(other), String(numberOf(other))].filter((canary) => said.toLowerCase().includes(canary)),
  )
}

/** An answer: all of it, and without what is different in each (ids, times, links, the version of all data). */
interface Said {
  readonly all: string
  readonly comparable: string
}

async function ask(house: CanaryHouse, token: string, path: string, body?: object): Promise<Said> {
  const response = await fetch(new URL(path, house.url), {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const headers = [...response.headers].filter(([name]) => name !== 'x-request-id' && name !== 'date')
  const all = `${response.status} ${JSON.stringify(headers)}\n${await response.text()}`
  const comparable = all
    .replaceAll(/"reportAccessSecureLink":"[^"]+"/g, '')
    .replaceAll(/"dataVersion":"[^"]+"/g, '')
    .replaceAll(/"dataVersionTime":"[^"]+"/g, '')
    .replaceAll(/"user":"[^"]+"/g, '')
    .replaceAll(/127\.0\.0\.1:\d+/g, '<address>')
    .replaceAll(/[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}/g, '<id>')
  return { all, comparable }
}

const itemsIn = ({ all }: Said): readonly Readonly<Record<string, string>>[] =>
  (JSON.parse(all.slice(all.indexOf('\n') + 1)) as { value: Record<string, string>[] }).value

const preview = (house: CanaryHouse, token: string, query: string): Promise<Said> =>
  ask(house, token, `${base}/ScheduledQueries/testQueryResult?exportQuery=${encodeURIComponent(query)}`)

// Hundreds of queries and files: more than a minute on a machine that has other work.
vi.setConfig({ testTimeout: 240_000 })

describe.each(fc.sample(worlds, { numRuns: 2, seed: 20240531 }).map((rows, index) => ({ rows, index })))(
  'over rows made at random, number $index',
  ({ rows, index }) => {
    let houses: readonly [CanaryHouse, CanaryHouse]
    let mine: readonly [string, string]
    let theirs: ReadonlyMap<Account, string>

    beforeAll(async () => {
      houses = [await openCanaryHouse(startAt, accounts, rows[0]), await openCanaryHouse(startAt, accounts, rows[1])]
      mine = [await houses[0].token(me), await houses[1].token(me)]
      theirs = new Map(
        await Promise.all(accounts.map(async (account) => [account, await houses[0].token(account)] as const)),
      )
    })
    afterAll(async () => {
      await Promise.all(houses.map((house) => house.close()))
    })

    let answered = 0
    /** What must hold for a query of mine, on both servers. */
    async function isMineAlone(query: string): Promise<void> {
      const [one, other] = await Promise.all([preview(houses[0], mine[0], query), preview(houses[1], mine[1], query)])
      expect(one.comparable).toBe(other.comparable)
      // Unless the query says a canary itself: a refusal quotes it.
      const searched = foreignIn(query, null).length === 0 ? one.all + other.all : ''
      expect(foreignIn(searched, me)).toEqual([])
      if (one.all.startsWith('200 ') && itemsIn(one).length > 0) answered += 1
    }

    test('a preview is made of the rows of its account alone, whatever is asked', async () => {
      await fc.assert(fc.asyncProperty(questions, isMineAlone), { numRuns: 150, seed: index + 1 })
      // Queries that answer nothing would prove nothing.
      expect(answered).toBeGreaterThan(50)
    })

    test('each account is shown its own canaries, and those of nobody else', async () => {
      for (const [account, token] of theirs) {
        const own = await preview(houses[0], token, 'SELECT Name, City, Quantity FROM Sales TIMESPAN LIFETIME')
        expect(own.all).toContain(canaryOf(account))
        await fc.assert(
          fc.asyncProperty(queries, async (query) => {
            const said = await preview(houses[0], token, query)
            expect(foreignIn(said.all, account)).toEqual([])
          }),
          { numRuns: 25, seed: index + 10 },
        )
      }
    })

    test('files, manifests, tags, counts, events and callbacks of reports are of their account alone', async () => {
      const some = fc.sample(queries, { numRuns: 6, seed: index + 100 })
      // The same query of every account at the same time: they share one scan of the data.
      const shared = [...some, 'SELECT Name, City, Quantity, Price FROM Sales TIMESPAN LIFETIME']
      const made = await Promise.all(houses.map((house) => runEverywhere(house, shared)))
      const [one, other] = made as [Made, Made]

      for (const account of accounts) {
        const said = one.get(account) ?? []
        expect(said.length).toBeGreaterThan(shared.length * 5)
        expect(said.flatMap(({ all }) => foreignIn(all, account))).toEqual([])
      }
      // What the account has in both, it has to the byte: file, manifest, ETag, number of rows.
      expect(one.get(me)?.map(({ comparable }) => comparable)).toEqual(
        other.get(me)?.map(({ comparable }) => comparable),
      )
      expect(one.get(me)?.some(({ all }) => /"etag","\\"[\da-f]{64}/.test(all))).toBe(true)
      const others = accounts.slice(1).map((account) => one.get(account)?.map(({ comparable }) => comparable))
      expect(others).not.toEqual(
        accounts.slice(1).map((account) => other.get(account)?.map(({ comparable }) => comparable)),
      )
      for (const house of houses) {
        expect(house.callbacks.length).toBeGreaterThanOrEqual(shared.length * accounts.length)
        expect(house.callbacks.flatMap((callback) => foreignIn(callback, null))).toEqual([])
      }
    })

    test('what datasets say of themselves is of the account alone', async () => {
      const path = `${base}/ScheduledDataset?expand=columns`
      const [one, other] = await Promise.all([ask(houses[0], mine[0], path), ask(houses[1], mine[1], path)])
      expect(one.comparable).toBe(other.comparable)
      expect(one.comparable).toMatch(/"rowCount":\d+/)
      expect(foreignIn(one.all, null)).toEqual([])
    })

    test('neither log nor metrics have anybody’s', async () => {
      for (const house of houses) {
        expect(house.log().length).toBeGreaterThan(10_000)
        expect(foreignIn(house.log(), null)).toEqual([])
        expect(house.log()).not.toMatch(/"level":(50|60)/)
        expect(foreignIn(await house.metrics(), null)).toEqual([])
      }
    })

    test('a compiler that forgets the account is found out', async () => {
      mutant.forgetsTheAccount = true
      try {
        const property = fc.asyncProperty(queries, isMineAlone)
        const found = await fc.check(property, { numRuns: 40, seed: index + 1, endOnFailure: true })
        expect(found.failed).toBe(true)
      } finally {
        mutant.forgetsTheAccount = false
      }
    })
  },
)

/** All that an account was told, in order. */
type Made = ReadonlyMap<Account, readonly Said[]>

/** Has every account make a report of each query, all due at one instant, and asks for all there is to be had of them. */
async function runEverywhere(house: CanaryHouse, texts: readonly string[]): Promise<Made> {
  const reports = new Map<Account, string[]>()
  const said = new Map<Account, Said[]>(accounts.map((account) => [account, []]))
  const hour = 3_600_000
  const StartTime = `${new Date(house.clock.now() + hour).toISOString().slice(0, 13)}:00:00Z`
  for (const account of accounts) {
    const token = await house.token(account)
    for (const [index, Query] of texts.entries()) {
      // Lists are in the order in which things were made.
      await house.clock.advance(1_000)
      const query = await ask(house, token, `${base}/ScheduledQueries`, { Name: `query ${index}`, Query })
      const report = await ask(house, token, `${base}/ScheduledReport`, {
        ReportName: `report ${index}`,
        QueryId: itemsIn(query)[0]?.['queryId'],
        StartTime,
        RecurrenceInterval: 24,
        RecurrenceCount: 1,
        CallbackUrl: house.receiver,
      })
      reports.set(account, [...(reports.get(account) ?? []), itemsIn(report)[0]?.['reportId'] ?? ''])
      said.get(account)?.push(query, report)
    }
  }
  await house.clock.set(Date.parse(StartTime))
  const runs = texts.length * accounts.length
  await house.logged('execution completed', runs)
  await house.logged('callback delivered', runs)
  for (const account of accounts) {
    const token = await house.token(account)
    for (const reportId of reports.get(account) ?? []) {
      const execution = await ask(house, token, `${base}/ScheduledReport/execution/${reportId}`)
      const [{ executionStatus, reportLocation = '', reportAccessSecureLink = '' } = {}] = itemsIn(execution)
      expect(executionStatus).toBe('Completed')
      said
        .get(account)
        ?.push(
          execution,
          await ask(house, token, new URL(reportLocation).pathname),
          await ask(house, token, `${new URL(reportLocation).pathname}/manifest`),
          await ask(house, '', reportAccessSecureLink),
          await ask(house, token, `${base}/ScheduledReport/event/${reportId}`),
          await ask(house, token, `${base}/ScheduledReport/callback/${reportId}`),
        )
    }
    said
      .get(account)
      ?.push(await ask(house, token, `${base}/ScheduledReport`), await ask(house, token, `${base}/ScheduledQueries`))
  }
  return said
}
