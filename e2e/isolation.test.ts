import { randomUUID } from 'node:crypto'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { removeFolder } from './testing/almanac-process.ts'
import { call, requestToken, type Answer } from './testing/call.ts'
import { startDemoProcess, type DemoProcess } from './testing/demo-process.ts'
import { openSampleRows, type SampleRows } from './testing/sample-rows.ts'
import { base, completed, createReport, download, saveQuery, type CompletedExecution } from './testing/steps.ts'

// Two accounts of one installation, over the same files of data. Whatever one of them sends, with the other's ids or
// with a query made to reach past a filter, it must get an answer that says nothing of the other.

let folder: string
let server: DemoProcess
let sample: SampleRows

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'almanac-isolation-'))
  // Previews as long as exports, so that one that reached too far would show it.
  const options = ['--rows', '20000', '--accounts', '3', '--set', 'limits.previewRows=10000']
  server = await startDemoProcess(folder, options)
  sample = await openSampleRows(folder)
})
afterAll(async () => {
  sample.close()
  await server.stop('SIGTERM')
  await removeFolder(folder)
})

describe('objects of another account', () => {
  let owner: {
    token: string
    queryId: string
    reportId: string
    waitingReportId: string
    execution: CompletedExecution
  }
  let stranger: { token: string; queryId: string; reportId: string; execution: CompletedExecution }

  beforeAll(async () => {
    const [ours, theirs] = await Promise.all([requestToken(server, 0), requestToken(server, 1)])
    const text = 'SELECT OfferName, AssetId FROM ISVOrder'
    const queryId = await saveQuery(server, ours, 'owner-only query', text)
    const reportId = await createReport(server, ours, 'owner-only report', queryId)
    const waitingReportId = await createReport(server, ours, 'owner-only waiting report', queryId, {
      StartTime: '2026-01-01T00:00:00Z',
      RecurrenceInterval: 24,
      RecurrenceCount: 7,
    })
    owner = {
      token: ours,
      queryId,
      reportId,
      waitingReportId,
      execution: await completed(server, ours, reportId),
    }
    const strangersQueryId = await saveQuery(server, theirs, 'of the stranger', text)
    const strangersReportId = await createReport(server, theirs, 'of the stranger', strangersQueryId)
    stranger = {
      token: theirs,
      queryId: strangersQueryId,
      reportId: strangersReportId,
      execution: await completed(server, theirs, strangersReportId),
    }
  })

  const report = (queryId: string): string =>
    JSON.stringify({ ReportName: 'of a query that is not mine', QueryId: queryId, ExecuteNow: true })

  /** What a stranger can send with an id, and the status that an account's own answers 200 to. */
  interface Attempt {
    readonly name: string
    readonly id: () => string
    readonly method?: string
    readonly path: (id: string) => string
    readonly body?: (id: string) => string
    readonly status: number
  }
  const queries = (id: string): string => `/ScheduledQueries${id}`
  const reports = (id: string): string => `/ScheduledReport${id}`
  const attempts: readonly Attempt[] = [
    { name: 'GET a query', id: () => owner.queryId, path: (id) => queries(`?queryId=${id}`), status: 404 },
    {
      name: 'GET a query among system queries',
      id: () => owner.queryId,
      path: (id) => queries(`?queryId=${id}&includeSystemQueries=true`),
      status: 404,
    },
    { name: 'DELETE a query', id: () => owner.queryId, method: 'DELETE', path: (id) => queries(`/${id}`), status: 404 },
    {
      name: 'test a query',
      id: () => owner.queryId,
      path: (id) => queries(`/testQueryResult?queryId=${id}`),
      status: 400,
    },
    {
      name: 'report on a query',
      id: () => owner.queryId,
      method: 'POST',
      path: () => reports(''),
      body: report,
      status: 400,
    },
    { name: 'GET a report', id: () => owner.reportId, path: (id) => reports(`?reportId=${id}`), status: 404 },
    {
      name: 'GET the reports of a query',
      id: () => owner.queryId,
      path: (id) => reports(`?queryId=${id}`),
      status: 404,
    },
    { name: 'GET executions', id: () => owner.reportId, path: (id) => reports(`/execution/${id}`), status: 404 },
    {
      name: 'GET a waiting execution',
      id: () => owner.waitingReportId,
      path: (id) => reports(`/execution/${id}`),
      status: 404,
    },
    {
      name: 'GET every execution',
      id: () => owner.reportId,
      path: (id) =>
        reports(`/execution/${id}?executionStatus=Pending;Running;Paused;Completed;Failed&getLatestExecution=false`),
      status: 404,
    },
    {
      name: 'GET an execution by both ids',
      id: () => owner.execution.executionId,
      path: (id) => reports(`/execution/${owner.reportId}?executionId=${id}`),
      status: 404,
    },
    {
      name: 'GET an execution through a report of its own',
      id: () => owner.execution.executionId,
      path: (id) => reports(`/execution/${stranger.reportId}?executionId=${id}`),
      status: 404,
    },
    {
      name: 'GET the file',
      id: () => owner.execution.executionId,
      path: (id) => reports(`/artifact/${id}`),
      status: 404,
    },
    {
      name: 'GET the manifest',
      id: () => owner.execution.executionId,
      path: (id) => reports(`/artifact/${id}/manifest`),
      status: 404,
    },
  ]

  test.each(['v1', 'v1.1'].flatMap((version) => attempts.map((attempt) => ({ ...attempt, version }))))(
    '$version: who tries to $name of another account gets what an id gets that never was',
    async ({ version, id, method = 'GET', path, body, status }) => {
      const ask = (token: string, sent: string): Promise<Answer> =>
        call(server, token, method, `/insights/${version}/cmp${path(sent)}`, body?.(sent))
      const unknown = randomUUID()
      const [refused, neverThere] = [await ask(stranger.token, id()), await ask(stranger.token, unknown)]
      expect([refused.status, refused.body.value]).toEqual([status, []])
      // Not even that there is such a thing can be read from the answer.
      expect(JSON.stringify(refused.body).replaceAll(id(), unknown)).toBe(JSON.stringify(neverThere.body))
      expect(JSON.stringify(refused.body)).not.toMatch(/owner-only/)
    },
  )

  test.each(['/ScheduledQueries?queryName=owner-only%20query', '/ScheduledReport?reportName=owner-only%20report'])(
    '%s finds it for its owner only',
    async (path) => {
      expect((await call(server, owner.token, 'GET', `${base}${path}`)).body.value).toHaveLength(1)
      const refused = await call(server, stranger.token, 'GET', `${base}${path}`)
      expect([refused.status, refused.body.value]).toEqual([404, []])
    },
  )

  test('lists hold what is the own account’s, and of several ids those of its own', async () => {
    const list = async (token: string, path: string): Promise<readonly Record<string, unknown>[]> => {
      const { status, body } = await call(server, token, 'GET', `${base}${path}`)
      expect(status).toBe(200)
      return body.value
    }
    const named = (items: readonly Record<string, unknown>[], field: string): readonly unknown[] =>
      items.map((item) => item[field])
    const userQueries = '/ScheduledQueries?includeSystemQueries=false'
    expect(named(await list(stranger.token, userQueries), 'queryId')).toEqual([stranger.queryId])
    expect(named(await list(owner.token, userQueries), 'queryId')).toEqual([owner.queryId])
    expect(named(await list(stranger.token, '/ScheduledReport'), 'reportId')).toEqual([stranger.reportId])
    const both = `${owner.reportId};${stranger.reportId};${owner.waitingReportId}`
    expect(named(await list(stranger.token, `/ScheduledReport?reportId=${both}`), 'reportId')).toEqual([
      stranger.reportId,
    ])
    expect(named(await list(stranger.token, `/ScheduledReport/execution/${both}`), 'reportId')).toEqual([
      stranger.reportId,
    ])
  })

  test('the next page of another account’s list is a page of one’s own', async () => {
    const first = await call(server, owner.token, 'GET', `${base}/ScheduledReport?$top=1`)
    const nextLink = new URL(String(first.body.nextLink))
    const next = await call(server, stranger.token, 'GET', nextLink.pathname + nextLink.search)
    for (const item of next.body.value) expect(item.reportId).toBe(stranger.reportId)
    expect(JSON.stringify(next.body)).not.toMatch(/owner-only/)
  })

  test('HEAD says no more than GET', async () => {
    for (const address of [owner.execution.reportLocation, `${owner.execution.reportLocation}/manifest`]) {
      const headers = { Authorization: `Bearer ${stranger.token}` }
      expect((await fetch(address, { method: 'HEAD', headers })).status).toBe(404)
    }
  })

  test('a secure link is good for its one file of its one account', async () => {
    const altered = (change: (link: URL) => void): URL => {
      const link = new URL(owner.execution.reportAccessSecureLink)
      change(link)
      return link
    }
    const strangersLink = new URL(stranger.execution.reportAccessSecureLink)
    const strangersAccount = server.clients[1]!.account
    const swaps = [
      altered((link) => link.searchParams.set('account', strangersAccount)),
      altered((link) => link.searchParams.append('account', strangersAccount)),
      altered((link) => link.searchParams.delete('account')),
      altered((link) => (link.pathname = strangersLink.pathname)),
      altered((link) => {
        link.pathname = strangersLink.pathname
        link.searchParams.set('account', strangersAccount)
      }),
      altered((link) => link.searchParams.set('signature', strangersLink.searchParams.get('signature') ?? '')),
      altered((link) => link.searchParams.set('expires', '4102444800')),
    ]
    for (const link of swaps) {
      const response = await fetch(link)
      expect([400, 403]).toContain(response.status)
      expect(await response.json()).toMatchObject({ value: [], statusCode: response.status })
    }
    // As it was made it works, for whoever holds it.
    expect((await fetch(owner.execution.reportAccessSecureLink)).status).toBe(200)
  })

  test('after all of that everything of the owner is as it was, and the stranger has made nothing', async () => {
    const mine = await call(server, owner.token, 'GET', `${base}/ScheduledQueries?queryId=${owner.queryId}`)
    expect(mine.body.value).toMatchObject([{ name: 'owner-only query' }])
    const reportsNow = await call(server, owner.token, 'GET', `${base}/ScheduledReport`)
    expect(reportsNow.body.totalCount).toBe(2)
    expect((await call(server, stranger.token, 'GET', `${base}/ScheduledReport`)).body.totalCount).toBe(1)
    expect((await download(await completed(server, owner.token, owner.reportId))).split('\n')[0]).toBe(
      'OfferName,AssetId',
    )
  })
})

describe('rows of another account', () => {
  // For each dataset a column whose values belong to one account each, in every row of the sample.
  const idColumns = {
    ISVCustomer: 'BillingID',
    ISVLicense: 'ServiceId',
    ISVMarketplaceInsights: 'OfferName',
    ISVOfferRetention: 'OfferName',
    ISVOrder: 'PurchaseRecordId',
    ISVQualityOfService: 'DeploymentCorrelationId',
    ISVRevenue: 'PurchaseRecordId',
    ISVUsage: 'UsageReference',
    ISVVMImageVersion: 'OfferName',
  } as const
  type DatasetName = keyof typeof idColumns
  const datasetNames = Object.keys(idColumns) as DatasetName[]
  const always = "TIMESPAN BETWEEN '1990-01-01' AND '2200-01-01'"

  /** `mine` are the ids of one account in a dataset, `others` those of all other accounts. */
  interface Ids {
    readonly mine: ReadonlySet<string>
    readonly others: ReadonlySet<string>
    readonly rows: number
  }
  const ids = new Map<string, Ids>()
  const idsOf = (client: number, dataset: DatasetName): Ids => ids.get(`${client} ${dataset}`)!
  let tokens: readonly string[]

  beforeAll(async () => {
    tokens = await Promise.all([requestToken(server, 0), requestToken(server, 1)])
    for (const dataset of datasetNames) {
      for (const [client, { account }] of server.clients.entries()) {
        const column = idColumns[dataset]
        const found = await sample.read(
          `SELECT DISTINCT "${column}", PublisherAccountId = '${account}' FROM {${dataset}} WHERE "${column}" IS NOT NULL`,
        )
        const [[rows]] = (await sample.read(
          `SELECT count(*) FROM {${dataset}} WHERE PublisherAccountId = '${account}'`,
        )) as [[string]]
        const split = (own: string): ReadonlySet<string> =>
          new Set(found.flatMap(([id, isMine]) => (isMine === own && id != null ? [id] : [])))
        ids.set(`${client} ${dataset}`, { mine: split('true'), others: split('false'), rows: Number(rows) })
      }
    }
  })

  test('the sample tells the accounts apart', () => {
    for (const { mine, others, rows } of ids.values()) {
      expect(mine.isDisjointFrom(others)).toBe(true)
      expect(Math.min(mine.size, others.size, rows)).toBeGreaterThan(0)
    }
    expect(ids.size).toBe(server.clients.length * datasetNames.length)
  })

  /** The values of one column of a CSV file, as another program than ours reads it. */
  async function valuesIn(file: string, column: string): Promise<ReadonlySet<string>> {
    const path = join(folder, 'download.csv')
    await writeFile(path, file)
    const found = await sample.read(
      `SELECT DISTINCT "${column}" FROM read_csv('${path}', header = true, all_varchar = true, delim = ',', quote = '"')`,
    )
    return new Set(found.flatMap(([id]) => id ?? []))
  }

  interface Trick {
    readonly name: string
    /** `id`: the id column; `foreign`: one of another account's ids. */
    readonly where: (id: string, foreign: string) => string
    readonly finds: 'all that is mine' | 'nothing'
  }
  const tricks: readonly Trick[] = [
    { name: 'no filter', where: () => '', finds: 'all that is mine' },
    { name: "LIKE '%'", where: (id) => `WHERE ${id} LIKE '%'`, finds: 'all that is mine' },
    { name: 'OR of opposites', where: (id) => `WHERE ${id} = 'x' OR ${id} != 'x'`, finds: 'all that is mine' },
    { name: 'NOT', where: (id) => `WHERE NOT (${id} = 'x' AND ${id} = 'y')`, finds: 'all that is mine' },
    {
      name: 'OR NULL tests',
      where: (id) => `WHERE ${id} IS NULL OR ${id} IS NOT NULL`,
      finds: 'all that is mine',
    },
    {
      name: 'OR after a foreign id',
      where: (id, foreign) => `WHERE ${id} = '${foreign}' OR ${id} LIKE '%'`,
      finds: 'all that is mine',
    },
    { name: 'a foreign id', where: (id, foreign) => `WHERE ${id} = '${foreign}'`, finds: 'nothing' },
    {
      name: 'a foreign id in a list',
      where: (id, foreign) => `WHERE ${id} IN ('${foreign}', '${foreign}')`,
      finds: 'nothing',
    },
    { name: 'a quote that would end the literal', where: (id) => `WHERE ${id} = ''' OR 1=1 --'`, finds: 'nothing' },
  ]

  const select = (dataset: DatasetName, trick: Trick, client: number): string => {
    const foreign = [...idsOf(client, dataset).others][0]!.replaceAll("'", "''")
    return `SELECT DISTINCT ${idColumns[dataset]} FROM ${dataset} ${trick.where(idColumns[dataset], foreign)} ${always}`
  }

  const preview = (client: number, text: string): Promise<Answer> =>
    call(
      server,
      tokens[client]!,
      'GET',
      `${base}/ScheduledQueries/testQueryResult?exportQuery=${encodeURIComponent(text)}`,
    )

  test.each(datasetNames)(
    'a preview of %s finds all of one’s own and nothing else, however it asks',
    async (dataset) => {
      for (const client of [0, 1]) {
        for (const trick of tricks) {
          const { status, body } = await preview(client, select(dataset, trick, client))
          expect([trick.name, status]).toEqual([trick.name, 200])
          const found = new Set(body.value.flatMap((row) => row[idColumns[dataset]] ?? []))
          const expected = trick.finds === 'nothing' ? new Set() : idsOf(client, dataset).mine
          expect([trick.name, found]).toEqual([trick.name, expected])
        }
      }
    },
  )

  test('an export of every dataset, all columns, has one’s own rows and nothing else', async () => {
    const started = await Promise.all(
      datasetNames.flatMap((dataset) =>
        [0, 1].map(async (client) => {
          const token = tokens[client]!
          const queryId = await saveQuery(server, token, `all of ${dataset}`, `SELECT * FROM ${dataset} ${always}`)
          return { dataset, client, reportId: await createReport(server, token, `all of ${dataset}`, queryId) }
        }),
      ),
    )
    for (const { dataset, client, reportId } of started) {
      const token = tokens[client]!
      const execution = await completed(server, token, reportId)
      const headers = { Authorization: `Bearer ${token}` }
      const manifest = (await (await fetch(`${execution.reportLocation}/manifest`, { headers })).json()) as {
        rows: number
        columns: readonly { name: string }[]
      }
      const { mine, rows } = idsOf(client, dataset)
      expect([dataset, manifest.rows]).toEqual([dataset, rows])
      expect(manifest.columns.map(({ name }) => name)).not.toContain('PublisherAccountId')
      const file = await download(execution)
      expect([dataset, await valuesIn(file, idColumns[dataset])]).toEqual([dataset, mine])
      for (const { account } of server.clients) expect(file).not.toContain(account)
    }
  })

  test('exports by each trick, and by a query that is saved, keep to the account as previews do', async () => {
    const dataset = 'ISVUsage'
    const started = await Promise.all(
      tricks.flatMap((trick) =>
        [0, 1].map(async (client) => {
          const queryId = await saveQuery(server, tokens[client]!, trick.name, select(dataset, trick, client))
          const tested = await call(
            server,
            tokens[client]!,
            'GET',
            `${base}/ScheduledQueries/testQueryResult?queryId=${queryId}`,
          )
          const reportId = await createReport(server, tokens[client]!, trick.name, queryId)
          return { trick, client, reportId, tested: tested.body.value.map((row) => row[idColumns[dataset]]) }
        }),
      ),
    )
    for (const { trick, client, reportId, tested } of started) {
      const file = await download(await completed(server, tokens[client]!, reportId))
      const expected = trick.finds === 'nothing' ? new Set() : idsOf(client, dataset).mine
      expect([trick.name, await valuesIn(file, idColumns[dataset])]).toEqual([trick.name, expected])
      expect([trick.name, new Set(tested.filter((id) => id !== null))]).toEqual([trick.name, expected])
    }
  })

  test('metrics add up one’s own rows', async () => {
    for (const [client, { account }] of server.clients.entries()) {
      const [[sum, visits]] = (await sample.read(
        `SELECT (SELECT round(sum(RawHours), 4) FROM {ISVUsage} WHERE PublisherAccountId = '${account}'),
                (SELECT sum(PageVisitCount) FROM {ISVMarketplaceInsights} WHERE PublisherAccountId = '${account}')`,
      )) as [[string, string]]
      const raw = await preview(client, `SELECT RawUsage FROM ISVUsage ${always}`)
      expect(Number(raw.body.value[0]?.RawUsage)).toBeCloseTo(Number(sum), 3)
      const counted = await preview(client, `SELECT PageVisits FROM ISVMarketplaceInsights ${always}`)
      expect(Number(counted.body.value[0]?.PageVisits)).toBe(Number(visits))

      const grouped = await preview(client, `SELECT OfferName, PageVisits FROM ISVMarketplaceInsights ${always}`)
      expect(new Set(grouped.body.value.map((row) => row.OfferName))).toEqual(
        idsOf(client, 'ISVMarketplaceInsights').mine,
      )
      expect(grouped.body.value.reduce((total, row) => total + Number(row.PageVisits), 0)).toBe(Number(visits))
    }
  })

  test('system queries, the same for everyone, find each account its own', async () => {
    const listed = await call(server, tokens[0]!, 'GET', `${base}/ScheduledQueries?includeOnlySystemQueries=true`)
    expect(listed.body.value.length).toBeGreaterThan(3)
    let ownRows = 0
    for (const { queryId } of listed.body.value) {
      for (const client of [0, 1]) {
        const path = `${base}/ScheduledQueries/testQueryResult?queryId=${String(queryId)}`
        const { status, body } = await call(server, tokens[client]!, 'GET', path)
        expect(status).toBe(200)
        const values = new Set(body.value.flatMap((row) => Object.values(row)))
        for (const dataset of ['ISVOrder', 'ISVUsage', 'ISVMarketplaceInsights'] as const)
          expect(values.isDisjointFrom(idsOf(client, dataset).others)).toBe(true)
        ownRows += body.value.length
      }
    }
    expect(ownRows).toBeGreaterThan(100)
  })

  test.each([
    'SELECT PublisherAccountId FROM ISVOrder',
    'SELECT DISTINCT publisheraccountid FROM ISVOrder',
    "SELECT AssetId FROM ISVOrder WHERE PublisherAccountId = 'x'",
    "SELECT AssetId FROM ISVOrder WHERE AssetId = 'x' OR PublisherAccountId LIKE '%'",
    'SELECT AssetId FROM ISVOrder ORDER BY PublisherAccountId',
    // What stands in the files and no dataset declares.
    'SELECT ExtendedChargeCC FROM ISVUsage',
    "SELECT AssetId FROM 'datasets/ISVOrder/*.parquet'",
    'SELECT AssetId FROM ISVOrder UNION SELECT AssetId FROM ISVRevenue',
    'SELECT AssetId FROM ISVOrder; SELECT 1',
    'SELECT AssetId FROM ISVOrder -- ',
  ])('%s is no query', async (text) => {
    const { status, body } = await preview(0, text)
    expect([status, body.value]).toEqual([400, []])
    expect(body.message).toMatch(/^(Incorrect column name|Invalid query|Invalid table name): /)
  })
})
