import type { Detail } from '@almanac/api'
import { onlyItem } from './only-item.ts'
import { itemsOfPages } from './pages.ts'
import { pascalKeys } from './pascal-keys.ts'
import type { Transport } from './transport.ts'
import type { NewReport, Report } from './wire-types.ts'

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
  create(
    report: NewReport,
    options?: { readonly signal?: AbortSignal },
  ): Promise<{ readonly report: Report; readonly notes: readonly Detail[] }>
  /** The account's reports, newest first. */
  list(filter?: ReportFilter): AsyncGenerator<Report, void, void>
}

const path = 'ScheduledReport'

export function createReports(transport: Transport): Reports {
  return {
    async create(report, { signal } = {}) {
      const envelope = await transport.call({ method: 'POST', path, body: pascalKeys(report), signal })
      return { report: onlyItem(envelope) as Report, notes: envelope.details ?? [] }
    },
    list: ({ reportIds, reportName, queryId, pageSize, signal } = {}) =>
      itemsOfPages<Report>(transport, {
        method: 'GET',
        path,
        query: { reportId: reportIds?.join(';'), reportName, queryId, $top: pageSize },
        signal,
      }),
  }
}
