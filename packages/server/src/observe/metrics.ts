import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { DeliveryEvents } from '../callbacks/delivery-events.ts'
import type { ExecutionEvents } from '../executions/execution-events.ts'
import type { ClaimedExecution } from '../executions/execution.ts'
import type { Backlog } from '../kernel/backlog.ts'
import type { Clock } from '../kernel/clock.ts'
import { secondMs } from '../kernel/hours.ts'

type Events = ExecutionEvents & DeliveryEvents

export interface MetricsDeps {
  readonly clock: Clock
  readonly executions: () => Promise<Backlog>
  readonly callbacks: () => Promise<Backlog>
  /** Free bytes where files are written. */
  readonly freeBytes: () => Promise<number>
}

/** The figures of one process, in Prometheus' terms. */
export interface Metrics {
  /** Passes events on, and counts them. */
  counting(events: Events): Events
  requestAnswered(
    request: { readonly method: string; readonly route: string; readonly status: number },
    ms: number,
  ): void
  engineProcessEnded(purpose: string, outcome: 'retired' | 'killed'): void
  readonly contentType: string
  /** The exposition, as a scraper reads it. */
  print(): Promise<string>
}

// From a tick of the scheduler to the longest that a run may take.
const lagBuckets = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800, 7_200]

/** Accounts that get a figure of their own. More would make the exposition grow with the customers. */
const accountsShown = 200

export function createMetrics(deps: MetricsDeps): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry, prefix: 'almanac_' })

  const ended = new Counter({
    name: 'almanac_executions_total',
    help: 'What became of tries of executions; reason is the failure code.',
    labelNames: ['outcome', 'reason'],
    registers,
  })
  const startLag = new Histogram({
    name: 'almanac_execution_start_lag_seconds',
    help: 'From the scheduled time of an execution to its first start.',
    buckets: lagBuckets,
    registers,
  })
  const duration = new Histogram({
    name: 'almanac_execution_duration_seconds',
    help: 'From the start of the last try of an execution to its completion.',
    buckets: lagBuckets,
    registers,
  })
  const totalLag = new Histogram({
    name: 'almanac_execution_lag_seconds',
    help: 'From the scheduled time of an execution to its completion.',
    buckets: lagBuckets,
    registers,
  })
  const rows = new Counter({ name: 'almanac_artifact_rows_total', help: 'Rows of published files.', registers })
  const bytes = new Counter({ name: 'almanac_artifact_bytes_total', help: 'Bytes of published files.', registers })
  const ofAccount = new Counter({
    name: 'almanac_account_executions_total',
    help: `Ended executions by account, for the first ${accountsShown} accounts that this process has seen.`,
    labelNames: ['account', 'outcome'],
    registers,
  })
  const callbacks = new Counter({
    name: 'almanac_callback_attempts_total',
    help: 'What came of attempts to deliver callbacks.',
    labelNames: ['outcome'],
    registers,
  })
  const requests = new Histogram({
    name: 'almanac_http_request_duration_seconds',
    help: 'Answered requests by route and status.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10, 60],
    registers,
  })
  const engineProcesses = new Counter({
    name: 'almanac_engine_processes_ended_total',
    help: 'Engine processes that ended; killed is a crash, or a run that would not stop.',
    labelNames: ['purpose', 'outcome'],
    registers,
  })
  backlogGauges('executions', deps.executions, deps.clock, registers)
  backlogGauges('callbacks', deps.callbacks, deps.clock, registers)
  const free = new Gauge({
    name: 'almanac_free_disk_bytes',
    help: 'Free bytes on the disk of the data folder.',
    registers,
    async collect() {
      free.set(await deps.freeBytes())
    },
  })

  const startedAt = new Map<string, number>()
  const seen = new Set<string>()
  const accountLabel = (accountId: string): string => {
    if (!seen.has(accountId) && seen.size >= accountsShown) return 'others'
    seen.add(accountId)
    return accountId
  }
  const count = ({ accountId }: ClaimedExecution, outcome: string, reason = ''): void => {
    ended.inc({ outcome, reason })
    if (outcome === 'completed' || outcome === 'failed') ofAccount.inc({ account: accountLabel(accountId), outcome })
  }

  return {
    contentType: registry.contentType,
    print: () => registry.metrics(),
    requestAnswered: ({ method, route, status }, ms) =>
      requests.observe({ method, route, status: String(status) }, ms / secondMs),
    engineProcessEnded: (purpose, outcome) => engineProcesses.inc({ purpose, outcome }),
    counting: (events) => ({
      ...events,
      executionStarted(execution) {
        const now = deps.clock.now()
        startedAt.set(execution.id, now)
        if (execution.attempts === 1) startLag.observe(Math.max(0, now - execution.scheduledAt) / secondMs)
        events.executionStarted(execution)
      },
      executionCompleted(execution, artifact) {
        const now = deps.clock.now()
        duration.observe((now - (startedAt.get(execution.id) ?? now)) / secondMs)
        totalLag.observe(Math.max(0, now - execution.scheduledAt) / secondMs)
        startedAt.delete(execution.id)
        rows.inc(artifact.manifest.rows)
        bytes.inc(artifact.manifest.sizeBytes)
        count(execution, 'completed')
        events.executionCompleted(execution, artifact)
      },
      executionRetried(execution, failure, retryAt, cause) {
        startedAt.delete(execution.id)
        count(execution, 'retried', failure.code)
        events.executionRetried(execution, failure, retryAt, cause)
      },
      executionFailed(execution, failure, cause) {
        startedAt.delete(execution.id)
        count(execution, 'failed', failure.code)
        events.executionFailed(execution, failure, cause)
      },
      executionHandedBack(execution) {
        startedAt.delete(execution.id)
        count(execution, 'handed_back')
        events.executionHandedBack(execution)
      },
      executionLeaseLost(execution) {
        startedAt.delete(execution.id)
        count(execution, 'lease_lost')
        events.executionLeaseLost(execution)
      },
      callbackDelivered(delivery, attempt) {
        callbacks.inc({ outcome: 'delivered' })
        events.callbackDelivered(delivery, attempt)
      },
      callbackRetried(delivery, attempt, retryAt) {
        callbacks.inc({ outcome: 'retried' })
        events.callbackRetried(delivery, attempt, retryAt)
      },
      callbackFailed(delivery, attempt) {
        callbacks.inc({ outcome: 'failed' })
        events.callbackFailed(delivery, attempt)
      },
    }),
  }
}

/** Three gauges of one queue, read together at each scrape. */
function backlogGauges(what: string, read: () => Promise<Backlog>, clock: Clock, registers: Registry[]): void {
  const gauge = (name: string, help: string): Gauge => new Gauge({ name: `almanac_${what}_${name}`, help, registers })
  const running = gauge('running', 'In the hands of a worker.')
  const oldest = gauge('oldest_due_seconds', 'How long the one that waits longest has been due.')
  const due = new Gauge({
    name: `almanac_${what}_due`,
    help: 'Due and not taken yet.',
    registers,
    async collect() {
      const backlog = await read()
      due.set(backlog.due)
      running.set(backlog.running)
      oldest.set(backlog.oldestDueAt === null ? 0 : Math.max(0, clock.now() - backlog.oldestDueAt) / secondMs)
    },
  })
}
