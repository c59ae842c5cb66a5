import { compileQuery } from '@almanac/query'
import type { ResultColumn } from '@almanac/query'
import type { DataSource } from '../datasets/data-version.ts'
import { EngineError } from '../datasets/query-engine.ts'
import type { EngineErrorCode, PreviewValue, QueryEngine } from '../datasets/query-engine.ts'
import { requireProgram } from '../datasets/require-program.ts'
import { AppError } from '../kernel/app-error.ts'
import type { Clock } from '../kernel/clock.ts'
import { secondMs } from '../kernel/hours.ts'
import type { Owner } from '../kernel/owner.ts'
import { checkText } from './check-text.ts'
import type { CheckedText, CheckTextDeps } from './check-text.ts'
import { findQuery } from './find-query.ts'
import type { FindQueryDeps } from './find-query.ts'
import type { PreviewGate } from './preview-gate.ts'

export interface PreviewQueryDeps extends CheckTextDeps, FindQueryDeps {
  readonly data: DataSource
  readonly engine: QueryEngine
  readonly clock: Clock
  /** Rows of a preview at most, whatever the query's own LIMIT says. */
  readonly previewRows: number
  readonly previewTimeoutSeconds: number
  readonly previewGate: PreviewGate
}

export interface PreviewQueryInput {
  readonly program: string
  readonly source:
    | { readonly kind: 'text'; readonly text: string }
    /** A query of the account, or a system query. */
    | { readonly kind: 'saved'; readonly queryId: string }
  /** Rows from `startAt` up to, not including, `endAt` in place of the query's TIMESPAN; either may stand alone. */
  readonly startAt: number | null
  readonly endAt: number | null
  /** Aborts when the caller has gone. */
  readonly signal: AbortSignal
}

export interface Preview {
  readonly columns: readonly ResultColumn[]
  /** In the order of `columns`; arrays, because a name selected twice appears twice. */
  readonly rows: readonly (readonly PreviewValue[])[]
  readonly extensions: readonly string[]
}

/**
 * The first rows of a query over the data as they are now, with TIMESPAN counted from now.
 *
 * Raises `unknown_program`, `invalid_query_id`, `invalid_query`, `invalid_request` for a window that can't be, and
 * `preview_timeout`; `too_busy` when too many run or wait; `no_data_yet` for a dataset that only loads fill;
 * `dataset_unavailable` when its data are missing or can't be read. An engine that fails is no refusal.
 */
export async function previewQuery(
  deps: PreviewQueryDeps,
  owner: Owner,
  { program: givenProgram, source, startAt, endAt, signal }: PreviewQueryInput,
): Promise<Preview> {
  const program = requireProgram(deps.catalog, givenProgram)
  const text = source.kind === 'text' ? source.text : await findText(deps, owner, program, source.queryId)
  const checked = checkText(deps, program, text)
  checkWindow(checked, startAt, endAt)

  const { relation } = await deps.data.versionOf(checked.dataset).catch((error: unknown) => {
    // Missing files, folders that contradict each other: what is wrong names paths of this machine.
    throw error instanceof AppError ? error : unavailable(checked, error)
  })
  const compiled = compileQuery(checked.query, {
    relation,
    accountId: owner.accountId,
    referenceAt: deps.clock.now(),
    window: { startAt, endAt },
    rowLimit: deps.previewRows,
  })
  const limitSeconds = deps.previewTimeoutSeconds
  const rows = await deps.previewGate
    .pass(() =>
      deps.engine.preview(compiled, {
        timeLimitMs: limitSeconds * secondMs,
        signal,
        errand: { accountId: owner.accountId },
      }),
    )
    .catch((error: unknown) => {
      if (!(error instanceof EngineError)) throw error
      if (error.code === 'timeout') throw new AppError('preview_timeout', { limitSeconds })
      if (meansNoData.has(error.code)) throw unavailable(checked, error)
      throw error
    })
  return { columns: compiled.columns, rows, extensions: checked.query.extensions }
}

const meansNoData: ReadonlySet<EngineErrorCode> = new Set(['missing_file', 'unreadable_data', 'unreachable'])

function unavailable({ dataset }: CheckedText, cause: unknown): AppError {
  return new AppError('dataset_unavailable', { dataset: dataset.name }, { cause })
}

async function findText(deps: FindQueryDeps, owner: Owner, program: string, queryId: string): Promise<string> {
  const query = await findQuery(deps, owner, program, queryId)
  if (query === undefined) throw new AppError('invalid_query_id', { queryId })
  return query.text
}

function checkWindow({ dataset }: CheckedText, startAt: number | null, endAt: number | null): void {
  if (startAt === null && endAt === null) return
  if (dataset.dateColumn === undefined) {
    const sentence = `startTime and endTime need a dataset with a date column; ${dataset.name} has none.`
    throw new AppError('invalid_request', { sentence, field: startAt === null ? 'endTime' : 'startTime' })
  }
  if (startAt !== null && endAt !== null && endAt <= startAt) {
    throw new AppError('invalid_request', { sentence: 'endTime should be greater than startTime.', field: 'endTime' })
  }
}
