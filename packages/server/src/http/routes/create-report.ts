import { operations, type ApiVersion, type NewReportV11 } from '@almanac/api'
import type { ServeOnceDeps } from '../../idempotency/serve-once.ts'
import { createReport, type CreateReportDeps, type CreateReportInput } from '../../reports/create-report.ts'
import type { ReportView } from '../../reports/report.ts'
import { operationRoute, type Asked } from '../operation-route.ts'
import { serveAskedOnce } from '../serve-asked-once.ts'
import { envelope } from '../wire/envelope.ts'
import { extensionDetails } from '../wire/extension-details.ts'
import { instantOrNull } from '../wire/instant-or-null.ts'
import { reportItem } from '../wire/report-item.ts'
import { callbackOn } from '../wire/callback-on.ts'
import { badTime, reportRefusals } from '../wire/report-refusals.ts'

export interface CreateReportRouteDeps extends CreateReportDeps, ServeOnceDeps {
  readonly reportStored: () => void
}

const operation = operations.createReport

export const createReportRoute = (deps: CreateReportRouteDeps) =>
  operationRoute(
    operation,
    (asked, reply) => {
      const { version, params, caller } = asked
      return serveAskedOnce(deps, operation, asked, reply, {
        async make(newId) {
          const { report, extensions } = await createReport({ ...deps, newId }, caller(), inputOf(asked))
          deps.reportStored()
          return answer(version, report, extensions)
        },
        async found(id) {
          const report = await deps.reports.find(caller().accountId, params.program, id)
          return report && answer(version, report)
        },
      })
    },
    reportRefusals,
  )

function answer(version: ApiVersion, report: ReportView, extensions: readonly string[] = []) {
  return envelope([reportItem(version, report)], 'Report created successfully', {
    details: extensionDetails(extensions),
  })
}

function inputOf({ version, params, body }: Asked<typeof operation>): CreateReportInput {
  const executeNow = body.ExecuteNow ?? false
  // ExecuteNow ignores them, so they may be anything; the documents' own clients send what they have at hand.
  const ifScheduled = <Value>(value: Value): Value | null => (executeNow ? null : value)
  return {
    version,
    program: params.program,
    name: body.ReportName,
    description: body.Description ?? null,
    queryId: body.QueryId,
    executeNow,
    startAt: instantOrNull(ifScheduled(body.StartTime), badTime('StartTime')),
    endAt: instantOrNull(ifScheduled(version === 'v1.1' ? (body as NewReportV11).EndTime : null), badTime('EndTime')),
    intervalHours: ifScheduled(body.RecurrenceInterval ?? null),
    count: ifScheduled(body.RecurrenceCount ?? null),
    queryStartAt: instantOrNull(body.QueryStartTime, badTime('QueryStartTime')),
    queryEndAt: instantOrNull(body.QueryEndTime, badTime('QueryEndTime')),
    format: body.Format ?? 'csv',
    callbackUrl: body.CallbackUrl ?? null,
    callbackMethod: body.CallbackMethod ?? null,
    callbackOn: callbackOn(body.CallbackOn),
    neutralizeFormulas: body.NeutralizeFormulas ?? false,
  }
}
