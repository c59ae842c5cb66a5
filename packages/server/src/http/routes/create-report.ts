import { operations, type NewReportV11 } from '@almanac/api'
import { AppError } from '../../kernel/app-error.ts'
import { createReport, type CreateReportDeps } from '../../reports/create-report.ts'
import { operationRoute } from '../operation-route.ts'
import { envelope } from '../wire/envelope.ts'
import { extensionDetails } from '../wire/extension-details.ts'
import { instantOrNull } from '../wire/instant-or-null.ts'
import type { FieldRefusals } from '../wire/read-fields.ts'
import { reportItem } from '../wire/report-item.ts'

export interface CreateReportRouteDeps extends CreateReportDeps {
  readonly reportStored: () => void
}

export const createReportRoute = (deps: CreateReportRouteDeps) =>
  operationRoute(
    operations.createReport,
    async ({ version, params, body, caller }) => {
      const executeNow = body.ExecuteNow ?? false
      // ExecuteNow ignores them, so they may be anything; the documents' own clients send what they have at hand.
      const ifScheduled = <Value>(value: Value): Value | null => (executeNow ? null : value)
      const { report, extensions } = await createReport(deps, caller(), {
        version,
        program: params.program,
        name: body.ReportName,
        description: body.Description ?? null,
        queryId: body.QueryId,
        executeNow,
        startAt: instantOrNull(ifScheduled(body.StartTime), badTime('StartTime')),
        endAt: instantOrNull(
          ifScheduled(version === 'v1.1' ? (body as NewReportV11).EndTime : null),
          badTime('EndTime'),
        ),
        intervalHours: ifScheduled(body.RecurrenceInterval ?? null),
        count: ifScheduled(body.RecurrenceCount ?? null),
        queryStartAt: instantOrNull(body.QueryStartTime, badTime('QueryStartTime')),
        queryEndAt: instantOrNull(body.QueryEndTime, badTime('QueryEndTime')),
        format: body.Format ?? 'csv',
        callbackUrl: body.CallbackUrl ?? null,
        callbackMethod: body.CallbackMethod ?? null,
      })
      deps.reportStored()
      return envelope([reportItem(version, report)], 'Report created successfully', {
        details: extensionDetails(extensions),
      })
    },
    refusals,
  )

/** The documented words for values that can't be read; the rules on values that can are in `reports/`. */
const refusals: FieldRefusals = {
  Format: invalidReport('Format', 'Report format should be csv/tsv'),
  CallbackMethod: invalidReport('CallbackMethod', 'CallbackMethod can only be GET or POST'),
  RecurrenceInterval: invalidReport('RecurrenceInterval', 'RecurrenceInterval has to be a whole number of hours'),
  RecurrenceCount: invalidReport('RecurrenceCount', 'Recurrence count has to be a positive integer value'),
  StartTime: badTime('StartTime'),
  EndTime: badTime('EndTime'),
  QueryStartTime: badTime('QueryStartTime'),
  QueryEndTime: badTime('QueryEndTime'),
}

function invalidReport(field: string, detail: string): () => AppError {
  return () => new AppError('invalid_report', { detail, field })
}

function badTime(field: string): () => AppError {
  return invalidReport(field, `${field} should follow format: yyyy-MM-ddTHH:mm:ssZ`)
}
