import { toWireTime } from '../kernel/hours.ts'
import type { NewId } from '../kernel/ids.ts'
import type { CallbackDelivery } from './delivery.ts'

/** An execution that has ended, as far as its callback tells of it. Instants are epoch milliseconds UTC. */
export interface EndedRun {
  readonly accountId: string
  readonly clientId: string
  readonly reportId: string
  readonly executionId: string
  readonly callback: { readonly url: string; readonly method: 'GET' | 'POST' }
  /** The reference time. */
  readonly scheduledAt: number
  readonly startedAt: number
  readonly finishedAt: number
  readonly outcome: Outcome
}

export type Outcome =
  /** The manifest goes into the body as it is: rows, bytes, SHA-256, columns. */
  | { readonly kind: 'completed'; readonly manifest: object }
  | { readonly kind: 'failed'; readonly failureReason: { readonly code: string; readonly message: string } }

/**
 * The callback that an ended execution owes, due at once. The body is a Standard Webhooks payload (`type`,
 * `timestamp`, `data`), made here once, so that each attempt sends the same bytes. It never holds a download link:
 * who reads the callback has still to ask with a token (`docs/reference/compatibility.md`, Callbacks).
 */
export function makeDelivery(newId: NewId, run: EndedRun): CallbackDelivery {
  return {
    id: newId(),
    accountId: run.accountId,
    clientId: run.clientId,
    reportId: run.reportId,
    executionId: run.executionId,
    url: run.callback.url,
    method: run.callback.method,
    body: run.callback.method === 'POST' ? bodyOf(run) : '',
    status: 'waiting',
    attempts: 0,
    dueAt: run.finishedAt,
    createdAt: run.finishedAt,
  }
}

function bodyOf({ outcome, ...run }: EndedRun): string {
  const times = {
    scheduledTime: toWireTime(run.scheduledAt),
    startedTime: toWireTime(run.startedAt),
    completedTime: toWireTime(run.finishedAt),
  }
  const ids = { reportId: run.reportId, executionId: run.executionId }
  return JSON.stringify({
    type: `report.execution.${outcome.kind}`,
    timestamp: toWireTime(run.finishedAt),
    data:
      outcome.kind === 'completed'
        ? { ...ids, executionStatus: 'Completed', ...times, manifest: outcome.manifest }
        : { ...ids, executionStatus: 'Failed', ...times, failureReason: outcome.failureReason },
  })
}
