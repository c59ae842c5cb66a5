import { afterAll, beforeAll, expect, test } from 'vitest'
import { anEntry } from '../access/testing/a-client.ts'
import type { Role } from '../access/caller.ts'
import { renameClient } from '../access/change-client.ts'
import { verifyAuditLog } from '../access/verify-audit-log.ts'
import type { Manifest } from '../artifacts/artifact.ts'
import type { FailureCode } from '../executions/execution.ts'
import { serverItself, type AuditAction } from '../kernel/audit-entry.ts'
import { openApp, type TestApp, type TestClient } from './testing/open-app.ts'

// During an upgrade, processes of two versions work on one database. What only the newer one writes, into columns that
// take any text, must not break the older one, and the older one must not destroy it.

let house: TestApp
let contoso: TestClient
let admin: TestClient
let queryId: string
beforeAll(async () => {
  house = await openApp()
  contoso = await house.addClient('contoso', ['Reports.ReadWrite'])
  admin = await house.addClient('operations', ['Admin'])
  const Query = 'SELECT OrderId, OrderDate FROM Orders TIMESPAN LAST_6_MONTHS'
  const saved = await contoso.ask('POST', '/insights/v1.1/cmp/ScheduledQueries', { Name: 'Orders', Query })
  queryId = saved.json<{ value: { queryId: string }[] }>().value[0]?.queryId ?? ''
})
afterAll(() => house.close())

async function order(name: string): Promise<string> {
  const answer = await contoso.ask('POST', '/insights/v1.1/cmp/ScheduledReport', {
    ReportName: name,
    QueryId: queryId,
    ExecuteNow: true,
  })
  return answer.json<{ value: { reportId: string }[] }>().value[0]?.reportId ?? ''
}

/** Takes what is due, as a newer worker in another process would. */
async function claimed() {
  const now = house.clock.now()
  const lease = { token: 'newer', owner: 'newer', now, expiresAt: now + 60_000 }
  const run = await house.stores.executions.claimDue(lease, () => undefined)
  if (run === undefined) throw new Error('one is due')
  return run
}

test('a failure of a kind that it does not know is shown as it stands', async () => {
  const reportId = await order('fails')
  const run = await claimed()
  const failure = { code: 'region_unavailable' as FailureCode, message: 'The region of the data is away.' }
  await house.stores.executions.fail(run.id, 'newer', { finishedAt: house.clock.now(), failure, delivery: null })
  const path = `/insights/v1.1/cmp/ScheduledReport/execution/${reportId}?executionStatus=Failed`
  const answer = await contoso.ask('GET', path)
  expect([answer.statusCode, answer.json<{ value: object[] }>().value]).toMatchObject([
    200,
    [{ executionStatus: 'Failed', failureReason: failure }],
  ])
})

test('a manifest that says more is given as it stands, and its file and its report as ever', async () => {
  const reportId = await order('says more')
  await house.runDue()
  const path = `/insights/v1.1/cmp/ScheduledReport/execution/${reportId}`
  const { executionId } = (await contoso.ask('GET', path)).json<{ value: { executionId: string }[] }>().value[0] ?? {}
  const artifact = await house.stores.artifacts.findByExecution('contoso', executionId ?? '')
  if (artifact === undefined) throw new Error('it has a file')

  const other = await order('says more')
  const run = await claimed()
  const manifest = { ...artifact.manifest, rowGroups: [{ rows: 5 }], executionId: run.id } as Manifest
  await house.stores.executions.complete(run.id, 'newer', {
    finishedAt: house.clock.now(),
    artifact: { ...artifact, id: 'newer', executionId: run.id, reportId: other, manifest },
    delivery: null,
  })
  const shown = await contoso.ask('GET', `/insights/v1.1/cmp/ScheduledReport/execution/${other}`)
  expect([shown.statusCode, shown.json<{ value: object[] }>().value]).toMatchObject([
    200,
    [{ executionStatus: 'Completed', reportGeneratedTime: manifest.generatedTime }],
  ])
  expect((await house.stores.artifacts.findByExecution('contoso', run.id))?.manifest).toEqual(manifest)
})

test('a role that it does not know gives nothing, takes nothing, and stays where it is', async () => {
  const roles = ['Reports.Read', 'Reports.Approve'] as Role[]
  const approver = await house.addClient('contoso', roles)
  expect((await approver.ask('GET', '/insights/v1.1/cmp/ScheduledReport')).statusCode).toBe(200)
  expect((await approver.ask('GET', '/admin/clients')).statusCode).toBe(403)
  expect((await admin.ask('GET', '/admin/clients')).body).toContain('Reports.Approve')
  await renameClient(house.deps, serverItself, { clientId: approver.id, name: 'renamed' })
  expect(await house.stores.clients.findClient(approver.id)).toMatchObject({ name: 'renamed', roles })
})

test('lines of the audit log that tell of other things, and more of them, are listed and are whole', async () => {
  await house.stores.audit.append({
    ...anEntry('report.archived' as AuditAction),
    detail: { why: 'of the future', parts: ['a', 'b'] },
  })
  await house.stores.audit.append(anEntry())
  expect((await admin.ask('GET', '/admin/audit')).body).toContain('"report.archived"')
  expect((await verifyAuditLog(house.stores.audit, null)).faults).toEqual([])
})

test('what an installation keeps under a name that it does not know stays', async () => {
  await house.stores.installation.put('region', 'north')
  await order('after')
  await house.runDue()
  expect(await house.stores.installation.find('region')).toBe('north')
})
