import { expect, test } from 'vitest'
import { makeDelivery } from './make-delivery.ts'
import type { EndedRun } from './make-delivery.ts'

const run: EndedRun = {
  accountId: 'account-1',
  clientId: 'client-1',
  reportId: 'report-1',
  executionId: 'execution-1',
  callback: { url: 'https://partner.example/callback', method: 'POST' },
  scheduledAt: Date.UTC(2024, 0, 6, 5),
  startedAt: Date.UTC(2024, 0, 6, 5, 0, 1),
  finishedAt: Date.UTC(2024, 0, 6, 5, 0, 9, 700),
  outcome: { kind: 'completed', manifest: { rows: 3, sha256: 'abc' } },
}

test('a delivery is due at once, and its body says which run it is, how it ended, when, and what the file holds', () => {
  const { body, ...delivery } = makeDelivery(() => 'delivery-1', run)
  expect(delivery).toEqual({
    id: 'delivery-1',
    accountId: 'account-1',
    clientId: 'client-1',
    reportId: 'report-1',
    executionId: 'execution-1',
    url: 'https://partner.example/callback',
    method: 'POST',
    status: 'waiting',
    attempts: 0,
    dueAt: run.finishedAt,
    createdAt: run.finishedAt,
  })
  expect(JSON.parse(body)).toEqual({
    type: 'report.execution.completed',
    timestamp: '2024-01-06T05:00:09Z',
    data: {
      reportId: 'report-1',
      executionId: 'execution-1',
      executionStatus: 'Completed',
      scheduledTime: '2024-01-06T05:00:00Z',
      startedTime: '2024-01-06T05:00:01Z',
      completedTime: '2024-01-06T05:00:09Z',
      manifest: { rows: 3, sha256: 'abc' },
    },
  })
})

test('of a run that failed, it says why', () => {
  const failureReason = { code: 'timeout', message: 'The query ran too long.' }
  const { body } = makeDelivery(() => 'delivery-1', { ...run, outcome: { kind: 'failed', failureReason } })
  expect(JSON.parse(body)).toMatchObject({
    type: 'report.execution.failed',
    data: { executionId: 'execution-1', executionStatus: 'Failed', failureReason },
  })
  expect(body).not.toContain('manifest')
})

test('a GET owes no body', () => {
  const { body } = makeDelivery(() => 'delivery-1', { ...run, callback: { ...run.callback, method: 'GET' } })
  expect(body).toBe('')
})
