import type { Catalog } from '../datasets/catalog.ts'
import { requireProgram } from '../datasets/require-program.ts'
import { AppError } from '../kernel/app-error.ts'
import type { Owner } from '../kernel/owner.ts'
import type { ReportEvent } from './report-event.ts'
import type { EventRange, ReportStore } from './report-store.ts'

export interface ListReportEventsDeps {
  readonly catalog: Catalog
  readonly reports: ReportStore
}

/** What happened to a report of the account, newest first. Raises `unknown_program`, `not_found`. */
export async function listReportEvents(
  { catalog, reports }: ListReportEventsDeps,
  { accountId }: Owner,
  input: { readonly program: string; readonly id: string; readonly range: EventRange },
): Promise<readonly ReportEvent[]> {
  const program = requireProgram(catalog, input.program)
  const events = await reports.events(accountId, program, input.id, input.range)
  if (events === undefined) throw new AppError('not_found', {})
  return events
}
