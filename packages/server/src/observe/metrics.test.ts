import { expect, onTestFinished, test } from 'vitest'
import { anArtifact } from '../artifacts/testing/an-artifact.ts'
import type { ClaimedExecution } from '../executions/execution.ts'
import { aReport } from '../executions/testing/a-report.ts'
import { recordEvents } from '../executions/testing/recorded-events.ts'
import { createFakeClock } from '../kernel/testing/fake-clock.ts'
import { createMetrics } from './metrics.ts'
import { startMetricsServer } from './start-metrics-server.ts'

const noon = Date.UTC(2026, 4, 9, 12)

function setUp() {
  const clock = createFakeClock(noon)
  const metrics = createMetrics({
    clock,
    executions: async () => ({ due: 3, oldestDueAt: noon - 90_000, running: 2 }),
    callbacks: async () => ({ due: 0, oldestDueAt: null, running: 1 }),
    freeBytes: async () => 4_096,
  })
  const recorded = recordEvents()
  const silent = () => undefined
  const events = metrics.counting({
    ...recorded,
    callbackDelivered: silent,
    callbackRetried: silent,
    callbackFailed: silent,
    callbackLeaseLost: silent,
    courierError: silent,
  })
  return { clock, metrics, recorded, events }
}

function anExecution(id: string, accountId = 'account-1'): ClaimedExecution {
  return {
    id,
    reportId: 'report-1',
    accountId,
    occurrence: 0,
    scheduledAt: noon - 4_000,
    status: 'Running',
    attempts: 1,
    failedTries: 0,
    startedAt: noon,
    finishedAt: null,
    failure: null,
    report: aReport(),
    lease: { token: 'lease', owner: 'worker', expiresAt: noon + 20_000 },
  }
}

/** The value of one line of the exposition. */
async function valueOf(metrics: ReturnType<typeof createMetrics>, line: string): Promise<number | undefined> {
  const found = (await metrics.print()).split('\n').find((each) => each.startsWith(`${line} `))
  return found === undefined ? undefined : Number(found.slice(line.length + 1))
}

test('an execution is counted with its lag from being due to its start and to its end, and passed on', async () => {
  const { clock, metrics, recorded, events } = setUp()
  events.executionStarted(anExecution('e-1'))
  await clock.advance(2_000)
  events.executionCompleted(anExecution('e-1'), anArtifact())
  expect(recorded.names).toEqual(['executionStarted e-1', 'executionCompleted e-1'])
  expect(await valueOf(metrics, 'almanac_executions_total{outcome="completed",reason=""}')).toBe(1)
  expect(await valueOf(metrics, 'almanac_execution_start_lag_seconds_sum')).toBe(4)
  expect(await valueOf(metrics, 'almanac_execution_duration_seconds_sum')).toBe(2)
  expect(await valueOf(metrics, 'almanac_execution_lag_seconds_sum')).toBe(6)
  expect(await valueOf(metrics, 'almanac_artifact_rows_total')).toBe(1)
  expect(await valueOf(metrics, 'almanac_artifact_bytes_total')).toBe(4)
})

test('failures are counted by their code', async () => {
  const { metrics, events } = setUp()
  const failure = { code: 'timeout', message: 'Too long.' } as const
  events.executionRetried(anExecution('e-1'), failure, noon, null)
  events.executionFailed(anExecution('e-1'), failure, null)
  expect(await valueOf(metrics, 'almanac_executions_total{outcome="retried",reason="timeout"}')).toBe(1)
  expect(await valueOf(metrics, 'almanac_executions_total{outcome="failed",reason="timeout"}')).toBe(1)
})

test('accounts beyond the first two hundred share one figure', async () => {
  const { metrics, events } = setUp()
  for (let index = 0; index < 250; index += 1) events.executionCompleted(anExecution('e', `a-${index}`), anArtifact())
  expect(await valueOf(metrics, 'almanac_account_executions_total{account="a-199",outcome="completed"}')).toBe(1)
  expect(
    await valueOf(metrics, 'almanac_account_executions_total{account="a-200",outcome="completed"}'),
  ).toBeUndefined()
  expect(await valueOf(metrics, 'almanac_account_executions_total{account="others",outcome="completed"}')).toBe(50)
})

test('queues are read at each scrape', async () => {
  const { metrics } = setUp()
  expect(await valueOf(metrics, 'almanac_executions_due')).toBe(3)
  expect(await valueOf(metrics, 'almanac_executions_running')).toBe(2)
  expect(await valueOf(metrics, 'almanac_executions_oldest_due_seconds')).toBe(90)
  expect(await valueOf(metrics, 'almanac_callbacks_oldest_due_seconds')).toBe(0)
  expect(await valueOf(metrics, 'almanac_free_disk_bytes')).toBe(4_096)
})

test('a scraper gets them on their own port, and nothing else is there', async () => {
  const { metrics } = setUp()
  metrics.requestAnswered({ method: 'GET', route: '/insights/v1/:program/ScheduledReport', status: 200 }, 12)
  const server = await startMetricsServer(metrics, { host: '127.0.0.1', port: 0 })
  onTestFinished(() => server.close())
  const url = `http://127.0.0.1:${server.port}`
  const answer = await fetch(`${url}/metrics`)
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, metrics.contentType])
  expect(await answer.text()).toContain(
    'almanac_http_request_duration_seconds_count{method="GET",route="/insights/v1/:program/ScheduledReport",status="200"} 1',
  )
  expect((await fetch(`${url}/other`)).status).toBe(404)
  expect((await fetch(`${url}/metrics`, { method: 'POST' })).status).toBe(404)
})
