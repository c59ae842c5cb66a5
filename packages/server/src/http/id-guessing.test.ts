import { randomUUID } from 'node:crypto'
import { operations, type ApiVersion, type Operation, type OperationId, type Role } from '@almanac/api'
import type { InjectOptions } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { toWireTime } from '../kernel/hours.ts'
import { routePath } from './operation-route.ts'
import { openApp, tenantId, type TestApp, type TestClient } from './testing/open-app.ts'

// Ids of another account, sent to every operation that there is. The table below is total over the contract: an
// operation without a row does not compile, and one whose row tries nothing fails.

/** The owner's objects, by what their ids are called. */
interface Ids {
  readonly queryId: string
  readonly reportId: string
  readonly waitingReportId: string
  readonly executionId: string
  readonly callbackId: string
}
type Kind = keyof Ids

/** A request with an id in it; everything else of it is the stranger's own, and right. */
interface Attempt {
  readonly kind: Kind
  readonly params?: (id: string) => Readonly<Record<string, string>>
  readonly query?: (id: string) => Readonly<Record<string, string>>
  readonly body?: (id: string) => object
  /** 404 unless the documents have another one for an id that isn't there. */
  readonly status?: 400
  /** Its owner finds nothing by it either. */
  readonly findsNothing?: true
}

type Row =
  /** An account's own: the id of another's is one that never was. */
  | { readonly attempts: readonly Attempt[] }
  /** Objects of the whole installation: not for a partner, whether they are there or not. */
  | { readonly forAdministrators: Readonly<Record<string, () => string>> }
  /** Nothing of an account is in it, or the request proves itself; `why` says what else tests it. */
  | { readonly why: string }

const waiting = 'waitingReportId'
const ofReport = (...kinds: readonly Kind[]): Row => ({
  attempts: kinds.map((kind) => ({ kind, params: (reportId) => ({ reportId }) })),
})

let house: TestApp
let owner: TestClient
let stranger: TestClient
let strangeReader: TestClient
let strangeAdmin: TestClient
const strangers = (): readonly (readonly [Role, TestClient])[] => [
  ['Reports.ReadWrite', stranger],
  ['Reports.Read', strangeReader],
  ['Admin', strangeAdmin],
]
let ids: Ids
let strangersReportId: string

const rows: Readonly<Record<OperationId, Row>> = {
  issueToken: { why: 'a client proves itself: access/issue-token.test.ts' },
  issueTokenV2: { why: 'a client proves itself: access/issue-token.test.ts' },
  getOpenIdConfiguration: { why: 'public' },
  getOpenIdConfigurationV2: { why: 'public' },
  getKeySet: { why: 'public' },
  getKeySetV2: { why: 'public' },
  listDatasets: { why: 'the catalog is everybody’s; counts of rows are in e2e/canaries.test.ts' },
  createQuery: { why: 'takes no id' },
  listQueries: {
    attempts: [
      { kind: 'queryId', query: (queryId) => ({ queryId }) },
      { kind: 'queryId', query: (queryId) => ({ queryId, includeOnlySystemQueries: 'true' }), findsNothing: true },
      { kind: 'queryId', query: (queryId) => ({ queryId, includeSystemQueries: 'false' }) },
    ],
  },
  testQuery: { attempts: [{ kind: 'queryId', query: (queryId) => ({ queryId }), status: 400 }] },
  deleteQuery: { attempts: [{ kind: 'queryId', params: (queryId) => ({ queryId }) }] },
  createReport: {
    attempts: [
      { kind: 'queryId', body: (QueryId) => ({ ReportName: 'theirs', QueryId, ExecuteNow: true }), status: 400 },
    ],
  },
  listReports: {
    attempts: [
      { kind: 'reportId', query: (reportId) => ({ reportId }) },
      { kind: waiting, query: (reportId) => ({ reportId }) },
      { kind: 'reportId', query: (id) => ({ reportId: `${id};${randomUUID()}` }) },
      { kind: 'queryId', query: (queryId) => ({ queryId }) },
    ],
  },
  updateReport: {
    attempts: [
      { kind: waiting, params: (reportId) => ({ reportId }), body: () => ({ Description: 'was here' }) },
      // What is refused of one's own report, too: the id comes first.
      { kind: waiting, params: (reportId) => ({ reportId }), body: () => ({ RecurrenceInterval: 0 }) },
      { kind: 'reportId', params: (reportId) => ({ reportId }), body: () => ({ CallbackUrl: 'https://h.example' }) },
    ],
  },
  pauseReport: ofReport(waiting, 'reportId'),
  resumeReport: ofReport(waiting, 'reportId'),
  deleteReport: ofReport(waiting, 'reportId'),
  listReportEvents: ofReport(waiting, 'reportId'),
  listExecutions: {
    attempts: [
      { kind: 'reportId', params: (reportId) => ({ reportId }) },
      { kind: waiting, params: (reportId) => ({ reportId }) },
      {
        kind: 'reportId',
        params: (reportId) => ({ reportId }),
        query: () => ({ executionStatus: 'Pending;Running;Paused;Completed;Failed', getLatestExecution: 'false' }),
      },
      { kind: 'executionId', params: () => ({ reportId: ids.reportId }), query: (executionId) => ({ executionId }) },
      {
        kind: 'executionId',
        params: () => ({ reportId: strangersReportId }),
        query: (executionId) => ({ executionId }),
        findsNothing: true,
      },
    ],
  },
  listCallbacks: {
    attempts: [
      { kind: 'reportId', params: (reportId) => ({ reportId }) },
      { kind: 'executionId', params: () => ({ reportId: ids.reportId }), query: (executionId) => ({ executionId }) },
    ],
  },
  sendCallbackAgain: { attempts: [{ kind: 'callbackId', params: (callbackId) => ({ callbackId }) }] },
  getArtifact: { attempts: [{ kind: 'executionId', params: (executionId) => ({ executionId }) }] },
  getManifest: { attempts: [{ kind: 'executionId', params: (executionId) => ({ executionId }) }] },
  download: { why: 'a link proves itself: artifacts/links.test.ts and e2e/isolation.test.ts' },
  loadDataset: { forAdministrators: { dataset: () => 'Orders' } },
  listVersions: { forAdministrators: { dataset: () => 'Orders' } },
  activateVersion: { forAdministrators: { dataset: () => 'Orders', versionNumber: () => '1' } },
  getClock: { forAdministrators: {} },
  moveClock: { forAdministrators: {} },
  listAccounts: { forAdministrators: {} },
  getAccount: { forAdministrators: { accountId: () => 'contoso' } },
  putAccount: { forAdministrators: { accountId: () => 'contoso' } },
  listClients: { forAdministrators: {} },
  getClient: { forAdministrators: { clientId: () => owner.id } },
  putClient: { forAdministrators: { clientId: () => owner.id } },
  listSecrets: { forAdministrators: { clientId: () => owner.id } },
  addSecret: { forAdministrators: { clientId: () => owner.id } },
  removeSecret: { forAdministrators: { clientId: () => owner.id } },
  listCertificates: { forAdministrators: { clientId: () => owner.id } },
  putCertificate: { forAdministrators: { clientId: () => owner.id } },
  removeCertificate: { forAdministrators: { clientId: () => owner.id } },
  listKeys: { forAdministrators: {} },
  rotateKey: { forAdministrators: {} },
  listAuditLines: { forAdministrators: {} },
  verifyAudit: { forAdministrators: {} },
}

const base = '/insights/v1.1/cmp'

beforeAll(async () => {
  house = await openApp()
  owner = await house.addClient('contoso', ['Reports.ReadWrite'])
  stranger = await house.addClient('fabrikam', ['Reports.ReadWrite'])
  strangeReader = await house.addClient('fabrikam', ['Reports.Read'])
  strangeAdmin = await house.addClient('fabrikam', ['Admin'])
  const make = async (client: TestClient, path: string, fields: object) => {
    const answer = await client.ask('POST', `${base}${path}`, fields)
    return answer.json<{ value: Record<string, string>[] }>().value[0] ?? {}
  }
  const query = { Name: 'owner-only query', Query: 'SELECT OrderId FROM Orders TIMESPAN LIFETIME' }
  const { queryId = '' } = await make(owner, '/ScheduledQueries', query)
  const now = { QueryId: queryId, ExecuteNow: true, CallbackUrl: 'https://partner.example/ready' }
  const { reportId = '' } = await make(owner, '/ScheduledReport', { ReportName: 'owner-only report', ...now })
  const later = {
    QueryId: queryId,
    StartTime: toWireTime(house.clock.now() + 86_400_000),
    RecurrenceInterval: 24,
    RecurrenceCount: 3,
  }
  const { reportId: waitingReportId = '' } = await make(owner, '/ScheduledReport', {
    ReportName: 'owner-only waiting report',
    ...later,
  })
  const theirs = await make(stranger, '/ScheduledQueries', { ...query, Name: 'of the stranger' })
  const strangers = await make(stranger, '/ScheduledReport', {
    ReportName: 'of the stranger',
    QueryId: theirs['queryId'],
    ExecuteNow: true,
  })
  strangersReportId = strangers['reportId'] ?? ''
  await house.runDue()
  const first = async (path: string) => {
    const answer = await owner.ask('GET', `${base}/ScheduledReport${path}`)
    return answer.json<{ value: Record<string, string>[] }>().value[0] ?? {}
  }
  const { executionId = '' } = await first(`/execution/${reportId}`)
  const { callbackId = '' } = await first(`/callback/${reportId}`)
  ids = { queryId, reportId, waitingReportId, executionId, callbackId }
})
afterAll(() => house.close())

/** Sends an operation as a client would, with parameters filled in. */
async function send(operation: Operation, version: ApiVersion, client: TestClient, sent: SentFields) {
  const path = routePath(operation.path, version).replaceAll(/:(\w+)/g, (_, name: string) =>
    encodeURIComponent(sent.params[name] ?? defaults[name] ?? 'x'),
  )
  const search = new URLSearchParams(sent.query).toString()
  const request: InjectOptions = {
    method: operation.method,
    url: search === '' ? path : `${path}?${search}`,
    headers: { authorization: `Bearer ${client.token}` },
  }
  return house.app.inject(sent.body === undefined ? request : { ...request, payload: sent.body })
}

interface SentFields {
  readonly params: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string>>
  readonly body?: object | undefined
}

const defaults: Readonly<Record<string, string>> = { program: 'cmp', tenantId, purpose: 'link' }

const all = Object.entries(rows) as [OperationId, Row][]
const tried = all.flatMap(([name, row]) =>
  'attempts' in row
    ? row.attempts.flatMap((attempt, index) =>
        operations[name].versions.map((version) => ({ name, version, attempt, number: index + 1 })),
      )
    : [],
)

test('the owner has one of everything, and the stranger something of its own', async () => {
  expect(Object.values(ids).every((id) => /^[\w-]{8,}$/.test(id))).toBe(true)
  expect(new Set(Object.values(ids)).size).toBe(Object.keys(ids).length)
  expect(all.filter(([, row]) => 'attempts' in row && row.attempts.length === 0)).toEqual([])
  expect(all.map(([name]) => name).sort()).toEqual(Object.keys(operations).sort())
  // Each operation that has an id of an account in its address tries it.
  const withIds = Object.values<Operation>(operations).filter(
    ({ id, path }) => /\{(query|report|execution|callback)Id\}/.test(path) && !('attempts' in rows[id as OperationId]),
  )
  expect(withIds).toEqual([])
})

test.each(tried)(
  '$name $version, attempt $number: another account’s id is one that never was',
  async ({ name, version, attempt }) => {
    const operation: Operation = operations[name]
    const fields = (id: string): SentFields => ({
      params: attempt.params?.(id) ?? {},
      query: attempt.query?.(id) ?? {},
      body: attempt.body?.(id),
    })
    const id = ids[attempt.kind]
    const unknown = randomUUID()
    const roles: readonly Role[] = operation.roles
    for (const [role, client] of strangers()) {
      const refused = await send(operation, version, client, fields(id))
      const neverThere = await send(operation, version, client, fields(unknown))
      // Roles are checked before ids are looked at: who may not ask is told the same of any.
      expect(refused.statusCode).toBe(roles.includes(role) ? (attempt.status ?? 404) : 403)
      expect(refused.json()).toMatchObject({ value: [], totalCount: 0 })
      // Not even that there is such a thing can be read from the answer: body, headers, length.
      const plain = (text: string) => text.replaceAll(/[\da-f-]{36}/g, '<id>')
      expect(plain(refused.body)).toBe(plain(neverThere.body))
      const told = ({ headers }: { readonly headers: object }) => ({ ...headers, date: '', 'x-request-id': '' })
      expect(told(refused)).toEqual(told(neverThere))
      expect(refused.body).not.toMatch(/owner-only|contoso/)
    }
  },
)

test.each(all.flatMap(([name, row]) => ('forAdministrators' in row ? [{ name, objects: row.forAdministrators }] : [])))(
  '$name is not for a partner: the same 403 for what is there and for what is not',
  async ({ name, objects }) => {
    const operation: Operation = operations[name]
    const real = Object.fromEntries(Object.entries(objects).map(([param, value]) => [param, value()]))
    const unknown = Object.fromEntries(Object.keys(objects).map((param) => [param, randomUUID()]))
    for (const client of [stranger, strangeReader, owner]) {
      const [refused, neverThere] = [
        await send(operation, 'v1.1', client, { params: real, query: {} }),
        await send(operation, 'v1.1', client, { params: unknown, query: {} }),
      ]
      expect(refused.statusCode).toBe(403)
      expect(refused.body).toBe(neverThere.body)
      expect(refused.body).not.toContain('contoso')
    }
  },
)

describe('after all of that', () => {
  test('everything of the owner is as it was', async () => {
    const ask = async (path: string) =>
      (await owner.ask('GET', `${base}${path}`)).json<{ value: Record<string, unknown>[] }>().value
    expect(await ask(`/ScheduledQueries?queryId=${ids.queryId}`)).toMatchObject([{ name: 'owner-only query' }])
    expect(await ask(`/ScheduledReport?reportId=${ids.waitingReportId}`)).toMatchObject([
      { reportStatus: 'Active', description: null, recurrenceInterval: 24 },
    ])
    expect(await ask(`/ScheduledReport?reportId=${ids.reportId}`)).toMatchObject([
      { callbackUrl: 'https://partner.example/ready' },
    ])
    expect((await owner.ask('GET', `${base}/ScheduledReport/artifact/${ids.executionId}`)).statusCode).toBe(200)
    expect(await ask(`/ScheduledReport/callback/${ids.reportId}`)).toHaveLength(1)
  })

  test('the same requests by the owner find what they name, so that the refusals mean something', async () => {
    const blind: string[] = []
    for (const { name, version, attempt } of tried) {
      if (version !== 'v1.1' || attempt.findsNothing || ['deleteQuery', 'deleteReport'].includes(name)) continue
      const id = ids[attempt.kind]
      const fields = { params: attempt.params?.(id) ?? {}, query: attempt.query?.(id) ?? {}, body: attempt.body?.(id) }
      const answer = await send(operations[name], version, owner, fields)
      const found = answer.statusCode === 200 || /"executionId":|RecurrenceInterval|Inactive/i.test(answer.body)
      if (!found) blind.push(`${name}: ${answer.statusCode} ${answer.body}`)
    }
    expect(blind).toEqual([])
  })
})
