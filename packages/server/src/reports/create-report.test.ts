import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { smallCatalog, smallDataset, smallSystemQuery } from '../datasets/testing/small-catalog.ts'
import { dayMs, hourMs, minuteMs } from '../kernel/hours.ts'
import type { Owner } from '../kernel/owner.ts'
import { refusal } from '../kernel/testing/refusal.ts'
import { createQuery } from '../queries/create-query.ts'
import { deleteQuery } from '../queries/delete-query.ts'
import { alice, bob, openUseCaseDeps, otherAccount, type UseCaseDeps } from '../queries/testing/use-case-deps.ts'
import { createReport } from './create-report.ts'
import type { CreateReportInput } from './create-report.ts'

const text = 'SELECT OrderId FROM Orders TIMESPAN LAST_MONTH'

let deps: UseCaseDeps
let queryId: string

beforeEach(async () => {
  deps = await openUseCaseDeps()
  const { query } = await createQuery(deps, alice, { program: 'cmp', name: 'Orders', description: null, text })
  queryId = query.id
})
afterEach(() => deps.close())

/** The request of the documents, of January 2024: long past by the clock of these tests. */
const input = (changes: Partial<CreateReportInput> = {}): CreateReportInput => ({
  version: 'v1',
  program: 'cmp',
  name: 'ISVReport1',
  description: 'Report for getting list of Order Ids',
  queryId,
  startAt: Date.UTC(2024, 0, 6, 19),
  executeNow: false,
  queryStartAt: null,
  queryEndAt: null,
  intervalHours: 48,
  count: 20,
  endAt: null,
  format: 'csv',
  neutralizeFormulas: false,
  callbackUrl: null,
  callbackMethod: null,
  callbackOn: null,
  ...changes,
})

const executeNow = (changes: Partial<CreateReportInput> = {}) =>
  input({ executeNow: true, startAt: null, intervalHours: null, count: null, ...changes })

async function storedReports(owner = alice) {
  return (await deps.reports.list(owner.accountId, 'cmp', {}, { top: 100, after: null })).items
}

describe('a report', () => {
  test('as the documents ask for it is Active, with its first execution waiting', async () => {
    const { report, extensions } = await createReport(deps, alice, input())
    const now = deps.clock.now()
    expect(report).toEqual({
      id: expect.any(String),
      accountId: alice.accountId,
      clientId: alice.clientId,
      program: 'cmp',
      user: alice.user,
      name: 'ISVReport1',
      description: 'Report for getting list of Order Ids',
      queryId,
      queryText: text,
      schedule: {
        kind: 'recurring',
        startAt: Date.UTC(2024, 0, 6, 19),
        firstAt: report.nextExecutionAt,
        intervalHours: 48,
        count: 20,
        endAt: null,
      },
      neutralizeFormulas: false,
      format: 'csv',
      callback: null,
      status: 'Active',
      createdAt: now,
      modifiedAt: null,
      startedCount: 0,
      nextExecutionAt: expect.any(Number),
    })
    expect(report.nextExecutionAt).toBeGreaterThanOrEqual(now)
    expect(extensions).toEqual([])
    expect(await storedReports()).toEqual([report])
  })

  test('of January 2021, with a callback, is Active too', async () => {
    const seed = { startAt: Date.UTC(2021, 0, 6, 19), callbackUrl: 'https://partner.example/ready' }
    const { report } = await createReport(deps, alice, input({ version: 'v1.1', ...seed, callbackMethod: 'GET' }))
    expect(report).toMatchObject({ status: 'Active', callback: { url: seed.callbackUrl, method: 'GET' } })
  })

  test('that runs now has one execution, due at its creation', async () => {
    const window = { queryStartAt: Date.UTC(2026, 0, 1), queryEndAt: Date.UTC(2026, 1, 1) }
    const { report } = await createReport(deps, alice, executeNow(window))
    expect(report).toMatchObject({
      schedule: { kind: 'once', at: deps.clock.now(), ...window },
      nextExecutionAt: deps.clock.now(),
      status: 'Active',
    })
    expect(await storedReports()).toEqual([report])
  })

  test('may be made from a system query, and from a query that a colleague’s client saved', async () => {
    const { report } = await createReport(deps, alice, input({ queryId: 'q-orders' }))
    expect(report.queryText).toBe(smallSystemQuery().text)
    await createReport(deps, bob, input())
  })

  test('keeps its text when the query is deleted', async () => {
    await createReport(deps, alice, input())
    await deleteQuery(deps, alice, { program: 'cmp', id: queryId })
    expect(await storedReports()).toMatchObject([{ queryText: text, status: 'Active' }])
  })

  test('says which extensions its query uses', async () => {
    const extended = "SELECT OrderId FROM Orders WHERE OrderId = 'a' OR OrderId = 'b'"
    const queryInput = { program: 'cmp', name: 'Extended', description: null, text: extended }
    const { query, extensions } = await createQuery(deps, alice, queryInput)
    expect((await createReport(deps, alice, input({ queryId: query.id }))).extensions).toEqual(extensions)
    expect(extensions).toHaveLength(1)
  })

  test('may have a name and a description of 256 characters, counted as people do', async () => {
    const words = { name: '📈'.repeat(256), description: 'ü'.repeat(256) }
    expect((await createReport(deps, alice, input(words))).report).toMatchObject(words)
  })
})

interface Refused {
  readonly what: string
  readonly changes: Partial<CreateReportInput>
  readonly refused: unknown
  readonly owner?: Owner
}

const nothing = { name: null, queryId: '', startAt: null, intervalHours: null, count: null }
const mandatory = ['ReportName', 'QueryId', 'StartTime', 'RecurrenceInterval']
const tooLong = 'Limit ReportName and Description length to 256 characters or less'
const badUrl = 'CallbackUrl should be an absolute http or https URL'
const invalidReport = (detail: string, field: string) => refusal('invalid_report', { detail, field })

test.each<Refused>([
  {
    what: 'a v1 report without its mandatory fields, naming all of them',
    changes: nothing,
    refused: refusal('missing_value', { fields: mandatory }),
  },
  {
    what: 'a v1.1 report without its mandatory fields, naming all of them',
    changes: { ...nothing, version: 'v1.1' },
    refused: refusal('missing_value', { fields: [...mandatory, 'RecurrenceCount or EndTime'] }),
  },
  {
    what: 'an ExecuteNow report without its mandatory fields, which are few',
    changes: { ...nothing, executeNow: true },
    refused: refusal('missing_value', { fields: ['ReportName', 'QueryId'] }),
  },
  {
    what: 'a name that is too long',
    changes: { name: 'x'.repeat(257) },
    refused: invalidReport(tooLong, 'ReportName'),
  },
  {
    what: 'a description that is too long',
    changes: { description: 'x'.repeat(257) },
    refused: invalidReport(tooLong, 'Description'),
  },
  {
    what: 'a name with a semicolon',
    changes: { name: 'a;b' },
    refused: invalidReport('Invalid character (;) in ReportName', 'ReportName'),
  },
  {
    what: 'a name with a control character',
    changes: { name: 'a\nb' },
    refused: invalidReport('Invalid character (U+000A) in ReportName', 'ReportName'),
  },
  {
    what: 'a callback that can’t be called',
    changes: { callbackUrl: 'ready' },
    refused: invalidReport(badUrl, 'CallbackUrl'),
  },
  {
    what: 'a query that is not there',
    changes: { queryId: 'never-was' },
    refused: refusal('invalid_query_id', { queryId: 'never-was' }),
  },
  {
    what: "another account's query",
    changes: { queryId: 'id-1' },
    refused: refusal('invalid_query_id', { queryId: 'id-1' }),
    owner: otherAccount,
  },
  {
    what: 'a schedule that breaks a rule',
    changes: { intervalHours: 3 },
    refused: refusal('invalid_interval', { minimumHours: 4, maximumHours: 90 }),
  },
  {
    what: 'a program that is not there',
    changes: { program: 'xyz' },
    refused: refusal('unknown_program', { program: 'xyz', known: ['cmp', 'mpn'] }),
  },
])('$what is refused, and nothing is kept', async ({ changes, refused, owner = alice }) => {
  await expect(createReport(deps, owner, input(changes))).rejects.toEqual(refused)
  expect(await storedReports(owner)).toEqual([])
})

test('a query that no longer fits the datasets is refused, and nothing is kept', async () => {
  const changed = smallCatalog([smallDataset({ columns: [{ name: 'Other', type: 'string' }] })])
  const creating = createReport({ ...deps, catalog: changed }, alice, input())
  await expect(creating).rejects.toMatchObject({ code: 'invalid_query' })
  expect(await storedReports()).toEqual([])
})

describe('quotas', () => {
  const limited = (limits: Partial<UseCaseDeps['limits']>) => ({ ...deps, limits: { ...deps.limits, ...limits } })

  test('count the active reports of a client', async () => {
    const two = limited({ activeReportsPerClient: 2 })
    await createReport(two, alice, input())
    await createReport(two, alice, input())
    await expect(createReport(two, alice, input())).rejects.toEqual(refusal('active_report_quota', { limit: 2 }))
    await createReport(two, bob, input())
  })

  test('count the ExecuteNow reports of a client over the last 60 minutes', async () => {
    const one = limited({ executeNowPerHour: 1 })
    await createReport(one, alice, executeNow())
    await deps.clock.advance(59 * minuteMs)
    await expect(createReport(one, alice, executeNow())).rejects.toEqual(refusal('execute_now_quota', { limit: 1 }))
    await createReport(one, alice, input())
    await createReport(one, bob, executeNow())
    await deps.clock.advance(1 * minuteMs + 1)
    await createReport(one, alice, executeNow())
  })

  test('of what is due and not begun concern ExecuteNow only, and free themselves', async () => {
    const two = limited({ queuedExports: 2 })
    await createReport(two, alice, executeNow())
    await createReport(two, bob, executeNow())
    // Its first: accounts have turns, so it doesn't wait behind the others.
    await createReport(two, otherAccount, executeNow({ queryId: 'q-totals' }))
    const refused = createReport(two, otherAccount, executeNow({ queryId: 'q-totals' }))
    await expect(refused).rejects.toEqual(
      refusal('too_busy', {
        retryAfterSeconds: 30,
        sentence:
          '2 executions or more are due and wait to be run; try again in 30 seconds, or schedule the report for later',
      }),
    )
    // What falls due by a schedule was promised, however long the queue is.
    await createReport(two, alice, input({ startAt: deps.clock.now() }))
    const lease = { token: 'lease', owner: 'worker', now: deps.clock.now(), expiresAt: deps.clock.now() + hourMs }
    for (const token of ['a', 'b', 'c']) await deps.executions.claimDue({ ...lease, token }, () => undefined)
    await createReport(two, alice, executeNow())
  })

  test('hold when several arrive at once', async () => {
    const three = limited({ activeReportsPerClient: 3 })
    await Promise.allSettled(Array.from({ length: 8 }, () => createReport(three, alice, input())))
    expect(await storedReports()).toHaveLength(3)
  })
})

test('where StartTime needs a lead, the documents’ own request is refused and one in time is not', async () => {
  const strict = { ...deps, limits: { ...deps.limits, startLeadHours: 4 } }
  const detail = 'Start time of report should at least be 4 hours from current UTC time'
  await expect(createReport(strict, alice, input())).rejects.toEqual(
    refusal('invalid_report', { detail, field: 'StartTime' }),
  )
  const startAt = deps.clock.now() + 4 * hourMs
  expect((await createReport(strict, alice, input({ startAt }))).report.nextExecutionAt).toBe(startAt)
  const dataset = smallDataset({ minimumRecurrenceIntervalHours: 24 })
  const daily = { ...deps, catalog: smallCatalog([dataset]) }
  await expect(
    createReport(daily, alice, input({ startAt: startAt + dayMs, intervalHours: 12 })),
  ).rejects.toMatchObject({
    code: 'invalid_interval',
  })
})
