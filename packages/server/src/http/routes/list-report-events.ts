import { operations } from '@almanac/api'
import { AppError } from '../../kernel/app-error.ts'
import { toWireTime } from '../../kernel/hours.ts'
import { listReportEvents, type ListReportEventsDeps } from '../../reports/list-report-events.ts'
import { operationRoute } from '../operation-route.ts'
import { envelope } from '../wire/envelope.ts'
import { instantOrNull } from '../wire/instant-or-null.ts'
import { defaultTop } from '../wire/next-link.ts'
import { toWireTimeOrNull } from '../wire/recurrence-fields.ts'

export const listReportEventsRoute = (deps: ListReportEventsDeps) =>
  operationRoute(operations.listReportEvents, async ({ params, query, caller }) => {
    const events = await listReportEvents(deps, caller(), {
      program: params.program,
      id: params.reportId,
      range: {
        fromAt: instantOrNull(query.startTime, badTime('startTime')),
        toAt: instantOrNull(query.endTime, badTime('endTime')),
        limit: query.$top ?? defaultTop,
      },
    })
    return envelope(
      events.map(({ at, kind, executionId, scheduledAt, detail }) => ({
        time: toWireTime(at),
        event: kind,
        executionId,
        scheduledTime: toWireTimeOrNull(scheduledAt),
        detail,
      })),
      'Events fetched successfully',
    )
  })

function badTime(field: string): () => AppError {
  return () => {
    const sentence = `${field} should follow format: yyyy-MM-ddTHH:mm:ssZ`
    return new AppError('invalid_request', { sentence, field })
  }
}
