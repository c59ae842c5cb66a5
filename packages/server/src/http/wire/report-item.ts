import type { ApiVersion, PerVersion, ReportV1, ReportV11 } from '@almanac/api'
import { toWireTime } from '../../kernel/hours.ts'
import type { CallbackOn, ReportView } from '../../reports/report.ts'
import { recurrenceFieldsV1, recurrenceFieldsV11, toWireTimeOrNull } from './recurrence-fields.ts'

/** A report as the version shows it: always the full set of fields, `null` where there is nothing. */
export function reportItem(version: ApiVersion, report: ReportView): ReportV1 | ReportV11 {
  return shapes[version](report)
}

const callbackWords: Record<CallbackOn, 'Completed' | 'Ended'> = { completed: 'Completed', ended: 'Ended' }

const shapes: PerVersion<(report: ReportView) => ReportV1 | ReportV11> = {
  v1: (report): ReportV1 => ({
    ...identity(report),
    ...standing(report),
    ...recurrenceFieldsV1(report),
    callbackUrl: report.callback?.url ?? null,
    format: report.format,
  }),
  'v1.1': (report): ReportV11 => ({
    ...identity(report),
    ...window(report),
    ...standing(report),
    ...recurrenceFieldsV11(report),
    callbackUrl: report.callback?.url ?? null,
    callbackMethod: report.callback?.method ?? null,
    callbackOn: report.callback && callbackWords[report.callback.on],
    format: report.format,
    neutralizeFormulas: report.neutralizeFormulas,
  }),
}

function identity(report: ReportView) {
  return {
    reportId: report.id,
    reportName: report.name,
    description: report.description,
    queryId: report.queryId,
    query: report.queryText,
    user: report.user,
    createdTime: toWireTime(report.createdAt),
    modifiedTime: toWireTimeOrNull(report.modifiedAt),
  }
}

function standing({ schedule, status }: ReportView) {
  return {
    startTime: toWireTime(schedule.kind === 'once' ? schedule.at : schedule.startAt),
    reportStatus: status,
  }
}

function window({ schedule }: ReportView) {
  const once = schedule.kind === 'once' ? schedule : null
  return {
    executeNow: once !== null,
    queryStartTime: toWireTimeOrNull(once?.queryStartAt ?? null),
    queryEndTime: toWireTimeOrNull(once?.queryEndAt ?? null),
  }
}
