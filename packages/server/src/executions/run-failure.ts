import type { Diagnostic } from '@almanac/query'
import { EngineError } from '../datasets/query-engine.ts'
import type { EngineErrorCode } from '../datasets/query-engine.ts'
import type { Failure, FailureCode } from './execution.ts'

/** A run that failed for a reason that a partner can be told. What the world said is in `cause`, for the log. */
export class RunFailure extends Error {
  override readonly name = 'RunFailure'
  readonly failure: Failure

  constructor(failure: Failure, options?: { cause?: unknown }) {
    super(failure.message, options)
    this.failure = failure
  }
}

const sentences: Readonly<Record<Exclude<FailureCode, 'invalid_query'>, string>> = {
  dataset_unavailable:
    'The data of this dataset could not be read. The following execution will try again; if it fails too, tell the operator.',
  timeout:
    'The query ran longer than an execution may. Select fewer columns, a shorter TIMESPAN or fewer rows by WHERE.',
  out_of_memory:
    'The query needed more memory than an execution may use. Select fewer columns, a shorter TIMESPAN, or leave out ORDER BY or DISTINCT.',
  disk_full:
    'There was no room left for the file of this execution. The following execution will try again; if it fails too, tell the operator.',
  engine_error:
    'The data engine failed on this query. The following execution will try again; if it fails too, tell the operator.',
  missed: 'No worker ran within 30 days of the scheduled time, so this execution was passed over.',
  account_disabled: 'The account is disabled. Executions that fall due after it is enabled again will run.',
  internal:
    'The execution failed for a reason on our side. The following execution will try again; if it fails too, tell the operator.',
}

export const missed: Failure = { code: 'missed', message: sentences.missed }

export const accountDisabled: Failure = { code: 'account_disabled', message: sentences.account_disabled }

/** The worker died in each of its tries: most likely it is this run that kills it. */
export const stoppedEachTime: Failure = { code: 'internal', message: sentences.internal }

/** The query was right when its report was made; the catalog has changed since. */
export function invalidQuery(diagnostics: readonly Diagnostic[]): RunFailure {
  const [first] = diagnostics
  const detail = first && ` ${first.message} (line ${first.position.line}, column ${first.position.column}).`
  return new RunFailure({
    code: 'invalid_query',
    message: `The query of this report can no longer be run.${detail ?? ''} Create a report on a query that is up to date.`,
  })
}

/** The data were replaced during the run: what it has read may be of either version, or of both. */
export function datasetChanged(datasetName: string): RunFailure {
  return datasetUnavailable(new Error(`The data of ${datasetName} were replaced while they were read`))
}

export function datasetUnavailable(cause: unknown): RunFailure {
  return new RunFailure({ code: 'dataset_unavailable', message: sentences.dataset_unavailable }, { cause })
}

const codeOfEngineError: Readonly<Record<EngineErrorCode, Exclude<FailureCode, 'invalid_query'>>> = {
  timeout: 'timeout',
  // Called off by nobody of ours: a run that is handed back or lost its lease never asks.
  cancelled: 'internal',
  out_of_memory: 'out_of_memory',
  disk_full: 'disk_full',
  // A file that went after its dataset's version was resolved.
  missing_file: 'dataset_unavailable',
  // Of another form than declared, or a database that its writer has open.
  unreadable_data: 'dataset_unavailable',
  unreachable: 'dataset_unavailable',
  crashed: 'engine_error',
  failed: 'engine_error',
}

/** What a partner is told of anything that a run can throw. */
export function failureFrom(error: unknown): Failure {
  if (error instanceof RunFailure) return error.failure
  const code = error instanceof EngineError ? codeOfEngineError[error.code] : 'internal'
  return { code, message: sentences[code] }
}

/** Whether another try can end better. The text of a query and the age of an occurrence don't change by waiting. */
export function mayRetry({ code }: Failure): boolean {
  return code !== 'invalid_query' && code !== 'missed' && code !== 'account_disabled'
}
