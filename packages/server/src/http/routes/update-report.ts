import { operations, type ReportUpdateV11 } from '@almanac/api'
import { updateReport, type UpdateReportDeps } from '../../reports/update-report.ts'
import { operationRoute } from '../operation-route.ts'
import { callbackOn } from '../wire/callback-on.ts'
import { envelope } from '../wire/envelope.ts'
import { instantOrNull } from '../wire/instant-or-null.ts'
import { reportItem } from '../wire/report-item.ts'
import { badTime, reportRefusals } from '../wire/report-refusals.ts'

export interface UpdateReportRouteDeps extends UpdateReportDeps {
  readonly reportStored: () => void
}

export const updateReportRoute = (deps: UpdateReportRouteDeps) =>
  operationRoute(
    operations.updateReport,
    async ({ version, params, body, cleared, caller }) => {
      const startAt = instantOrNull(body.StartTime, badTime('StartTime'))
      const endAt = instantOrNull(version === 'v1.1' ? (body as ReportUpdateV11).EndTime : null, badTime('EndTime'))
      // Null clears what a report can do without; what it can't keeps its value.
      const orCleared = <Value>(field: string, value: Value | null | undefined): Value | null | undefined =>
        cleared.has(field) ? null : (value ?? undefined)
      const changed = {
        name: body.ReportName ?? undefined,
        description: orCleared('Description', body.Description),
        startAt: startAt ?? undefined,
        intervalHours: body.RecurrenceInterval ?? undefined,
        count: orCleared('RecurrenceCount', body.RecurrenceCount),
        endAt: version === 'v1.1' ? orCleared('EndTime', endAt) : undefined,
        format: body.Format ?? undefined,
        callbackUrl: orCleared('CallbackUrl', body.CallbackUrl),
        callbackMethod: body.CallbackMethod ?? undefined,
        callbackOn: callbackOn(body.CallbackOn) ?? undefined,
        neutralizeFormulas: body.NeutralizeFormulas ?? undefined,
      }
      const report = await updateReport(deps, caller(), {
        version,
        program: params.program,
        id: params.reportId,
        ...given(changed),
      })
      deps.reportStored()
      return envelope([reportItem(version, report)], 'Report updated successfully')
    },
    reportRefusals,
  )

/** Without the fields that were not sent: those stay as they are. */
function given<Fields extends object>(fields: Fields): Given<Fields> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Given<Fields>
}

type Given<Fields> = { readonly [Name in keyof Fields]?: Exclude<Fields[Name], undefined> }
