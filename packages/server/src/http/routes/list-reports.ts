import { operations } from '@almanac/api'
import { listReports, type ListReportsDeps } from '../../reports/list-reports.ts'
import { operationRoute } from '../operation-route.ts'
import { envelope } from '../wire/envelope.ts'
import { defaultTop, nextLink } from '../wire/next-link.ts'
import { reportItem } from '../wire/report-item.ts'
import { severalValues } from '../wire/several-values.ts'

export interface ListReportsRouteDeps extends ListReportsDeps {
  readonly publicUrl: () => string
}

export const listReportsRoute = (deps: ListReportsRouteDeps) =>
  operationRoute(operations.listReports, async ({ version, params, query, url, caller }) => {
    const top = query.$top ?? defaultTop
    const { items, nextCursor } = await listReports(deps, caller(), {
      program: params.program,
      ids: severalValues(query.reportId),
      name: query.reportName ?? null,
      queryId: query.queryId ?? null,
      top,
      cursor: query.$skipToken ?? null,
    })
    return envelope(
      items.map((report) => reportItem(version, report)),
      'Report fetched successfully',
      { nextLink: nextLink({ publicUrl: deps.publicUrl(), url, top }, nextCursor) },
    )
  })
