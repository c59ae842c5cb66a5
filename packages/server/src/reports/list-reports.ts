import type { Catalog } from '../datasets/catalog.ts'
import { requireProgram } from '../datasets/require-program.ts'
import { AppError } from '../kernel/app-error.ts'
import { decodeCursor, encodeCursor } from '../kernel/cursor.ts'
import type { Owner } from '../kernel/owner.ts'
import type { ReportFilter, ReportStore } from './report-store.ts'
import type { ReportView } from './report.ts'

export interface ListReportsDeps {
  readonly catalog: Catalog
  readonly reports: ReportStore
}

export interface ListReportsInput {
  readonly program: string
  readonly ids: readonly string[] | null
  /** The whole name, in any case. */
  readonly name: string | null
  readonly queryId: string | null
  /** Reports on a page, at least 1. */
  readonly top: number
  /** `nextCursor` of the page before. */
  readonly cursor: string | null
}

export interface ReportList {
  readonly items: readonly ReportView[]
  /** Null when there is no more. */
  readonly nextCursor: string | null
}

/**
 * One page of the account's reports, newest first. Filters narrow each other; of several ids, those that exist are
 * shown. Raises `unknown_program`; `invalid_request` for a broken cursor; `not_found` when a filter finds nothing.
 */
export async function listReports(deps: ListReportsDeps, owner: Owner, input: ListReportsInput): Promise<ReportList> {
  const program = requireProgram(deps.catalog, input.program)
  const filter: ReportFilter = {
    ...(input.ids !== null && { ids: input.ids }),
    ...(input.name !== null && { name: input.name }),
    ...(input.queryId !== null && { queryId: input.queryId }),
  }
  const after = input.cursor === null ? null : decodeCursor(input.cursor)
  const page = await deps.reports.list(owner.accountId, program, filter, { top: input.top, after })
  if (page.items.length === 0 && after === null && Object.keys(filter).length > 0) throw new AppError('not_found', {})
  return { items: page.items, nextCursor: page.next && encodeCursor(page.next) }
}
