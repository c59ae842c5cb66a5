import { AppError } from '../../kernel/app-error.ts'
import { Conflict } from '../conflict.ts'

/** What a failed statement says of the connection and the transaction that it was in. */
export type Trouble = 'conflict' | 'lost' | 'other'

// PostgreSQL's SQLSTATE codes.
const conflicts: ReadonlySet<string> = new Set([
  '40001', // serialization_failure
  '40P01', // deadlock_detected: one of those that wait for each other is undone
  '55P03', // lock_not_available
])
const losses: ReadonlySet<string> = new Set([
  '57P01', // admin_shutdown
  '57P02', // crash_shutdown
  '57P03', // cannot_connect_now: it starts, or recovers
  '57P05', // idle_session_timeout
  '25P03', // idle_in_transaction_session_timeout
  '25P04', // transaction_timeout
  '25006', // read_only_sql_transaction: this one has become a standby, another is the primary
  '53300', // too_many_connections
  // Of the system below.
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENOENT', // the socket of a server on this machine
])
/** What the driver says itself, without a code. */
const lostWords =
  /^(Connection terminated|timeout e?xceeded|timeout expired|Query read timeout|Client (has encountered|was closed)|Cannot use a pool)/i

export function troubleOf(error: unknown): Trouble {
  const code = codeOf(error)
  if (code !== undefined && conflicts.has(code)) return 'conflict'
  if (code !== undefined && (losses.has(code) || code.startsWith('08'))) return 'lost'
  // A host of several addresses: all of them have failed.
  if (error instanceof AggregateError && error.errors.some((each) => troubleOf(each) === 'lost')) return 'lost'
  return error instanceof Error && lostWords.test(error.message) ? 'lost' : 'other'
}

/**
 * Whether a statement that was planned before can't be run as planned: its table has got another column since, or the
 * connection has forgotten it. PostgreSQL notices before it does anything.
 */
export function isStalePlan(error: unknown): boolean {
  const code = codeOf(error)
  // feature_not_supported ("cached plan must not change result type"), invalid_sql_statement_name, and
  // duplicate_prepared_statement, of a connection that somebody else had before
  return code === '0A000' || code === '26000' || code === '42P05'
}

/**
 * What a failed statement is to its caller: a conflict that another try can end, or an error that names the statement,
 * for the log. The statement has placeholders where its values are, and what PostgreSQL says besides of the values of a
 * row (its `detail`) is left out.
 */
export function statementError(error: unknown, statement: string): Error {
  const said = wordsOf(error)
  if (troubleOf(error) === 'conflict') return new Conflict(said)
  if (codeOf(error) === untranslatable) {
    const sentence = 'A text has the character U+0000, which can not be stored. Leave it out'
    return new AppError('invalid_request', { sentence })
  }
  return new Error(`PostgreSQL: ${said} (code ${codeOf(error) ?? 'none'}) in: ${statement}`)
}

// character_not_in_repertoire: of what a JavaScript string may hold, U+0000 alone has no place in a text.
const untranslatable = '22021'

export function wordsOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(wordsOf).join('; ')
  return error instanceof Error ? error.message : String(error)
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
