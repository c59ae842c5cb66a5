import type { Diagnostic } from '@almanac/query'

/** One thing that is wrong with a file, and where: `row` counts from 1 without the header, `line` from 1 with it. */
export interface FileMistake {
  readonly code: string
  readonly file: string
  readonly row?: number
  readonly line?: number
  readonly column?: string
  readonly problem: string
}

/** The data that each refusal carries. The words and the HTTP status are made in `http/error-answers.ts`, nowhere else. */
export interface AppErrorData {
  /** No token, or one that is wrong or out of date. `reason` is for the log. */
  unauthorized: { readonly reason: string }
  /** The keys of the token's issuer could not be had, so nobody can tell whether it is good. */
  issuer_unavailable: { readonly retryAfterSeconds: number }
  /** The right token with the wrong role, or a thing that nobody may do (deleting a system query). */
  forbidden: { readonly sentence: string }
  /** Nothing of the caller's account matches. Another account's object is not found either, never forbidden. */
  not_found: { readonly sentence?: string }
  unknown_program: { readonly program: string; readonly known: readonly string[] }
  unknown_dataset: { readonly name: string; readonly nearestName?: string }
  /** Everything that is wrong with a query text. */
  invalid_query: { readonly diagnostics: readonly Diagnostic[] }
  /** QueryId of a report that doesn't exist for this account. */
  invalid_query_id: { readonly queryId: string }
  /** Mandatory fields that are absent, by their wire names. */
  missing_value: { readonly fields: readonly string[] }
  /** `Invalid report parameters for creation - <detail>`; `detail` is the documented text where there is one. */
  invalid_report: { readonly detail: string; readonly field?: string }
  invalid_interval: { readonly minimumHours: number; readonly maximumHours: number; readonly detail?: string }
  /** A value that is none of a list: `Requested value '<value>' not found`. */
  unknown_value: { readonly field: string; readonly value: string; readonly allowed: readonly string[] }
  active_report_quota: { readonly limit: number }
  execute_now_quota: { readonly limit: number }
  query_quota: { readonly limit: number }
  /** Any other request that can't be read or honoured: `sentence` says what and what to do. */
  invalid_request: { readonly sentence: string; readonly field?: string }
  /** The preview ran longer than it may. */
  preview_timeout: { readonly limitSeconds: number }
  /** A link that was altered, or whose key is gone. */
  link_refused: { readonly reason: string }
  link_expired: { readonly expiredAt: number }
  /** A link that works once, and has. */
  link_used: { readonly reason: string }
  /** The file was there once and has been removed. */
  artifact_gone: { readonly sentence: string }
  /** The store of files doesn't answer now. What it says is for the log. */
  files_unavailable: { readonly fileName: string }
  /** The dataset's data can't be read now. Whose fault that is, and what the engine says of it, is for the log. */
  dataset_unavailable: { readonly dataset: string }
  /** The dataset is there, but nothing has been loaded into it. */
  no_data_yet: { readonly dataset: string }
  /** What is wrong with files that were to be loaded: the first mistakes, of `total`. */
  invalid_data: { readonly dataset: string; readonly mistakes: readonly FileMistake[]; readonly total: number }
  /** Another load of the dataset is under way. */
  load_in_progress: { readonly dataset: string }
  /** A client has as many secrets or certificates as it may have. */
  credential_limit: { readonly sentence: string; readonly remedy: string }
  /** An administrator is about to take its own access away. */
  would_lock_out: { readonly sentence: string }
  /** The request was served before, and what it answered, a secret, was kept nowhere. */
  secret_shown_before: { readonly secretId: string }
  idempotency_mismatch: { readonly key: string }
  idempotency_in_progress: { readonly key: string }
  /** More requests of one address or client than it may send. */
  rate_limited: { readonly retryAfterSeconds: number; readonly sentence: string }
  too_busy: { readonly retryAfterSeconds: number; readonly sentence: string }
  /** The disk has no room for what the request would store. Nothing of it was stored. */
  store_full: { readonly retryAfterSeconds: number }
}

export type AppErrorCode = keyof AppErrorData

/** A request that can't be honoured, as a code of a closed union with its data. Not for bugs: those are plain errors. */
export class AppError<Code extends AppErrorCode = AppErrorCode> extends Error {
  override readonly name = 'AppError'
  readonly code: Code
  readonly data: AppErrorData[Code]

  /** `cause`: what the world said, for the log. */
  constructor(code: Code, data: AppErrorData[Code], options?: ErrorOptions) {
    super(code, options)
    this.code = code
    this.data = data
  }
}

/** Narrows an unknown error to a refusal of one code. */
export function isAppError<Code extends AppErrorCode>(error: unknown, code: Code): error is AppError<Code> {
  return error instanceof AppError && error.code === code
}
