import type { Detail } from '@almanac/api'
import type { DoOnce } from './do-once.ts'
import { onlyItem } from './only-item.ts'
import { itemsOfPages } from './pages.ts'
import { pascalKeys } from './pascal-keys.ts'
import type { ApiRequest, Transport } from './transport.ts'
import type { Callback, NewReport, Report, ReportEvent, ReportUpdate } from './wire-types.ts'

export interface ReportFilter {
  readonly reportIds?: readonly string[]
  /** The whole name, in any case. */
  readonly reportName?: string
  readonly queryId?: string
  readonly pageSize?: number
  readonly signal?: AbortSignal
}

export interface Reports {
  /** Schedules a query, or runs it at once with `executeNow`. `notes` say what the real service would not take. */
  create(report: NewReport, options?: DoOnce): Promise<{ readonly report: Report; readonly notes: readonly Detail[] }>
  /** The account's reports, newest first. */
  list(filter?: ReportFilter): AsyncGenerator<Report, void, void>
  /** Changes what `changes` names. Another start, interval or count begins a new grid of executions. */
  update(reportId: string, changes: ReportUpdate, options?: { readonly signal?: AbortSignal }): Promise<Report>
  /** Holds the waiting execution; one that runs finishes. */
  pause(reportId: string, options?: { readonly signal?: AbortSignal }): Promise<Report>
  /** Goes on at the next point of the schedule; what was passed over is not made up. */
  resume(reportId: string, options?: { readonly signal?: AbortSignal }): Promise<Report>
  /** Removes the report with its executions and files. Gives it as it was. */
  delete(reportId: string, options?: { readonly signal?: AbortSignal }): Promise<Report>
  /** What happened to the report, newest first. Almanac's own. */
  events(
    reportId: string,
    options?: { readonly startTime?: string; readonly endTime?: string; readonly signal?: AbortSignal },
  ): Promise<readonly ReportEvent[]>
  /** What the report has told its receiver, newest first, with every attempt. Almanac's own. */
  callbacks(
    reportId: string,
    options?: { readonly executionId?: string; readonly signal?: AbortSignal },
  ): Promise<readonly Callback[]>
  /** Sends a callback once more, now. Almanac's own. */
  sendCallbackAgain(callbackId: string, options?: DoOnce): Promise<Callback>
}

const path = 'ScheduledReport'

export function createReports(transport: Transport): Reports {
  /** A call on one report, which answers with it. */
  async function change(request: ApiRequest): Promise<Report> {
    return onlyItem(await transport.call(request)) as Report
  }

  return {
    async create(report, { idempotencyKey, signal } = {}) {
      const envelope = await transport.call({ method: 'POST', path, body: pascalKeys(report), idempotencyKey, signal })
      return { report: onlyItem(envelope) as Report, notes: envelope.details ?? [] }
    },
    list: ({ reportIds, reportName, queryId, pageSize, signal } = {}) =>
      itemsOfPages<Report>(transport, {
        method: 'GET',
        path,
        query: { reportId: reportIds?.join(';'), reportName, queryId, $top: pageSize },
        signal,
      }),
    update: (reportId, changes, { signal } = {}) =>
      change({ method: 'PUT', path: `${path}/${encodeURIComponent(reportId)}`, body: pascalKeys(changes), signal }),
    pause: (reportId, { signal } = {}) =>
      change({ method: 'PUT', path: `${path}/pause/${encodeURIComponent(reportId)}`, signal }),
    resume: (reportId, { signal } = {}) =>
      change({ method: 'PUT', path: `${path}/resume/${encodeURIComponent(reportId)}`, signal }),
    delete: (reportId, { signal } = {}) =>
      change({ method: 'DELETE', path: `${path}/${encodeURIComponent(reportId)}`, signal }),
    async events(reportId, { startTime, endTime, signal } = {}) {
      const request = { path: `${path}/event/${encodeURIComponent(reportId)}`, query: { startTime, endTime }, signal }
      return (await transport.call({ method: 'GET', ...request })).value as readonly ReportEvent[]
    },
    async callbacks(reportId, { executionId, signal } = {}) {
      const request = { path: `${path}/callback/${encodeURIComponent(reportId)}`, query: { executionId }, signal }
      return (await transport.call({ method: 'GET', ...request })).value as readonly Callback[]
    },
    async sendCallbackAgain(callbackId, { idempotencyKey, signal } = {}) {
      const request = { path: `${path}/callback/${encodeURIComponent(callbackId)}/send`, idempotencyKey, signal }
      return onlyItem(await transport.call({ method: 'POST', ...request })) as Callback
    },
  }
}
