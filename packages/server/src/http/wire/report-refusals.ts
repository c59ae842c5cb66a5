import { AppError } from '../../kernel/app-error.ts'
import type { FieldRefusals } from './read-fields.ts'

/** The documented words for values of a report that can't be read; the rules on values that can are in `reports/`. */
export const reportRefusals: FieldRefusals = {
  Format: invalidReport('Format', 'Report format should be csv/tsv'),
  CallbackMethod: invalidReport('CallbackMethod', 'CallbackMethod can only be GET or POST'),
  RecurrenceInterval: invalidReport('RecurrenceInterval', 'RecurrenceInterval has to be a whole number of hours'),
  RecurrenceCount: invalidReport('RecurrenceCount', 'Recurrence count has to be a positive integer value'),
  StartTime: badTime('StartTime'),
  EndTime: badTime('EndTime'),
  QueryStartTime: badTime('QueryStartTime'),
  QueryEndTime: badTime('QueryEndTime'),
}

/** The refusal of a time that is not in the documented form. */
export function badTime(field: string): () => AppError {
  return invalidReport(field, `${field} should follow format: yyyy-MM-ddTHH:mm:ssZ`)
}

function invalidReport(field: string, detail: string): () => AppError {
  return () => new AppError('invalid_report', { detail, field })
}
