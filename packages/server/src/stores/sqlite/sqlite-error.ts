import { AppError } from '../../kernel/app-error.ts'

// Primary result codes of SQLite; an extended code has one of these in its low byte.
const sqliteBusy = 5
const sqliteFull = 13

// Whoever frees the disk needs about that long.
const retryWhenFullSeconds = 60

/** Whether SQLite gave up waiting for another process. */
export function isBusy(error: unknown): boolean {
  return primaryCode(error) === sqliteBusy
}

/**
 * What a failed statement is to its caller: a busy database or a full disk is a refusal to come back later, anything else
 * an error that names the statement, for the log. The statement has placeholders where its values are.
 */
export function statementError(cause: unknown, statement: string): Error {
  if (isBusy(cause)) {
    return new AppError('too_busy', { retryAfterSeconds: 1, sentence: 'The database is busy. Try again.' })
  }
  if (primaryCode(cause) === sqliteFull) {
    return new AppError('store_full', { retryAfterSeconds: retryWhenFullSeconds }, { cause })
  }
  const said = cause instanceof Error ? cause.message : String(cause)
  return new Error(`SQLite: ${said} (code ${String(extendedCode(cause))}) in: ${statement}`, { cause })
}

function primaryCode(error: unknown): number | undefined {
  const code = extendedCode(error)
  return code === undefined ? undefined : code & 0xff
}

function extendedCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error)) return undefined
  return typeof error.errcode === 'number' ? error.errcode : undefined
}
