import type { ApiVersion, ExecutionV1, ExecutionV11, PerVersion } from '@almanac/api'
import type { ExecutionView } from '../../executions/execution.ts'
import { recurrenceFieldsV1, recurrenceFieldsV11, toWireTimeOrNull } from './recurrence-fields.ts'

/** Where the file of a completed execution is; absolute URLs. */
export interface FileAddress {
  readonly location: string
  readonly secureLink: string
  /** When the secure link ends. */
  readonly expiresAt: number
}

/** An execution as the version shows it: always the full set of fields, `null` where there is nothing. */
export function executionItem(
  version: ApiVersion,
  execution: ExecutionView,
  file: FileAddress | null,
): ExecutionV1 | ExecutionV11 {
  return shapes[version](execution, file)
}

const shapes: PerVersion<(execution: ExecutionView, file: FileAddress | null) => ExecutionV1 | ExecutionV11> = {
  v1: (execution, file): ExecutionV1 => ({
    executionId: execution.id,
    reportId: execution.reportId,
    ...recurrenceFieldsV1({ ...execution, schedule: execution.report.schedule }),
    ...run(execution, file),
  }),
  'v1.1': (execution, file): ExecutionV11 => ({
    executionId: execution.id,
    reportId: execution.reportId,
    ...recurrenceFieldsV11({ ...execution, schedule: execution.report.schedule }),
    ...run(execution, file),
  }),
}

function run(execution: ExecutionView, file: FileAddress | null) {
  const { report, failure, finishedAt } = execution
  return {
    callbackUrl: report.callback?.url ?? null,
    callbackMethod: report.callback?.method ?? null,
    format: report.format,
    executionStatus: execution.status,
    failureReason:
      execution.status === 'Failed' && failure !== null ? { code: failure.code, message: failure.message } : null,
    dataVersion: execution.artifact?.manifest.dataVersion ?? null,
    reportLocation: file?.location ?? null,
    reportAccessSecureLink: file?.secureLink ?? null,
    reportExpiryTime: toWireTimeOrNull(file?.expiresAt ?? null),
    // The same instant as in the manifest; a file that was kept long enough is gone with its manifest.
    reportGeneratedTime:
      execution.status === 'Completed'
        ? (execution.artifact?.manifest.generatedTime ?? toWireTimeOrNull(finishedAt))
        : null,
  }
}
