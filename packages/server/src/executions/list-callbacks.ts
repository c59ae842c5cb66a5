import type { DeliveryStore } from '../callbacks/delivery-store.ts'
import type { AttemptedDelivery } from '../callbacks/delivery.ts'
import type { Catalog } from '../datasets/catalog.ts'
import { requireProgram } from '../datasets/require-program.ts'
import { AppError } from '../kernel/app-error.ts'
import type { Owner } from '../kernel/owner.ts'
import type { ReportStore } from '../reports/report-store.ts'

export interface ListCallbacksDeps {
  readonly catalog: Catalog
  readonly reports: ReportStore
  readonly deliveries: DeliveryStore
}

/** How many an answer has at most: the newest. */
const listed = 1_000

/**
 * The callbacks that a report has owed, newest first, each with its attempts: what the receiver answered, and when it
 * is tried again. Raises `unknown_program`, `not_found` for a report that doesn't exist.
 */
export async function listCallbacks(
  { catalog, reports, deliveries }: ListCallbacksDeps,
  { accountId }: Owner,
  input: { readonly program: string; readonly reportId: string; readonly executionId: string | null },
): Promise<readonly AttemptedDelivery[]> {
  const program = requireProgram(catalog, input.program)
  const { reportId, executionId } = input
  if ((await reports.find(accountId, program, reportId)) === undefined) throw new AppError('not_found', {})
  return deliveries.list(accountId, { reportId, executionId }, listed)
}
