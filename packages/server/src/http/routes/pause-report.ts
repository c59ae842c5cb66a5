import { operations } from '@almanac/api'
import type { ChangeReportDeps } from '../../reports/change-report.ts'
import { pauseReport } from '../../reports/pause-report.ts'
import { operationRoute } from '../operation-route.ts'
import { envelope } from '../wire/envelope.ts'
import { reportItem } from '../wire/report-item.ts'

export const pauseReportRoute = (deps: ChangeReportDeps) =>
  operationRoute(operations.pauseReport, async ({ version, params, caller }) => {
    const report = await pauseReport(deps, caller(), { program: params.program, id: params.reportId })
    return envelope([reportItem(version, report)], 'Report paused successfully')
  })
