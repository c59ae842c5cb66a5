import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Envelope } from '@almanac/api'
import { hourMs, toWireTime } from '../kernel/hours.ts'
import { openApp, type TestApp, type TestClient } from './testing/open-app.ts'

// What is done through the API is told to the audit log: who, what, to which object, from where.

let app: TestApp
let admin: TestClient
let firstNumber: number
beforeEach(async () => {
  app = await openApp()
  admin = await app.addClient('contoso', ['Admin'])
  firstNumber = (await app.deps.audit.head()).number + 1
})
afterEach(() => app.close())

const told = async () =>
  (await app.deps.audit.read(firstNumber, 100)).map(({ text }) => JSON.parse(text) as Record<string, unknown>)

const versions = '/admin/datasets/cmp/Orders/versions'

function load(search = '', rows = 1) {
  const lines = Array.from({ length: rows }, (_, index) => `contoso,o-${index},2026-05-02,1`)
  return app.app.inject({
    method: 'POST',
    url: `${versions}?fileName=may.csv${search}`,
    payload: ['AccountId,OrderId,OrderDate,Amount', ...lines, ''].join('\n'),
    headers: { 'content-type': 'text/csv', authorization: `Bearer ${admin.token}`, 'x-request-id': 'load-1' },
  })
}

test('data that were loaded, and an earlier version that is put in force again', async () => {
  await load()
  await load('', 3)
  await load('&dryRun=true')
  await admin.ask('POST', `${versions}/1/activate`)
  const lines = await told()
  expect(lines.map(({ action }) => action)).toEqual(['data.loaded', 'data.loaded', 'data.switched'])
  expect(lines[1]).toMatchObject({
    actor: { kind: 'client', accountId: 'contoso', clientId: admin.id },
    object: { kind: 'dataset', id: 'cmp/Orders' },
    requestId: 'load-1',
    address: '127.0.0.1',
    detail: { version: 2, mode: 'replace', rows: 3, files: ['may.csv'] },
  })
  expect(lines[2]).toMatchObject({ detail: { version: 1 } })
})

test('a report that was deleted; one that is not there leaves no line', async () => {
  const base = '/insights/v1.1/cmp'
  const query = await admin.ask('POST', `${base}/ScheduledQueries`, { Name: 'q', Query: 'SELECT OrderId FROM Orders' })
  const report = await admin.ask('POST', `${base}/ScheduledReport`, {
    ReportName: 'Orders of May',
    QueryId: query.json<Envelope<{ queryId: string }>>().value[0]?.queryId,
    StartTime: toWireTime(app.clock.now() + hourMs),
    RecurrenceInterval: 24,
    RecurrenceCount: 3,
  })
  const reportId = report.json<Envelope<{ reportId: string }>>().value[0]?.reportId ?? ''
  expect((await admin.ask('DELETE', `${base}/ScheduledReport/${reportId}`)).statusCode).toBe(200)
  expect((await admin.ask('DELETE', `${base}/ScheduledReport/${reportId}`)).statusCode).toBe(404)
  expect(await told()).toMatchObject([
    {
      action: 'report.deleted',
      object: { kind: 'report', id: reportId },
      accountId: 'contoso',
      actor: { clientId: admin.id },
      detail: { program: 'cmp', name: 'Orders of May', files: 0 },
    },
  ])
})
