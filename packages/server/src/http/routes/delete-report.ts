import { operations } from '@almanac/api'
import { deleteReport, type DeleteReportDeps } from '../../reports/delete-report.ts'
import { operationRoute } from '../operation-route.ts'
import { envelope } from '../wire/envelope.ts'
import { reportItem } from '../wire/report-item.ts'

export interface DeleteReportRouteDeps extends DeleteReportDeps {
  readonly reportDeleted: (reportId: string) => void
}

export const deleteReportRoute = (deps: DeleteReportRouteDeps) =>
  operationRoute(operations.deleteReport, async ({ version, params, caller, source }) => {
    const report = await deleteReport(deps, source(), caller(), { program: params.program, id: params.reportId })
    deps.reportDeleted(report.id)
    return envelope([reportItem(version, report)], 'Report deleted successfully')
  })
