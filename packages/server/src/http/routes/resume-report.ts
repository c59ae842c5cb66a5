import { operations } from '@almanac/api'
import type { ChangeReportDeps } from '../../reports/change-report.ts'
import { resumeReport } from '../../reports/resume-report.ts'
import { operationRoute } from '../operation-route.ts'
import { envelope } from '../wire/envelope.ts'
import { reportItem } from '../wire/report-item.ts'

export interface ResumeReportRouteDeps extends ChangeReportDeps {
  readonly reportStored: () => void
}

export const resumeReportRoute = (deps: ResumeReportRouteDeps) =>
  operationRoute(operations.resumeReport, async ({ version, params, caller }) => {
    const report = await resumeReport(deps, caller(), { program: params.program, id: params.reportId })
    deps.reportStored()
    return envelope([reportItem(version, report)], 'Report resumed successfully')
  })
