import type { Detail } from '@almanac/api'
import type { Diagnostic, DiagnosticCode } from '@almanac/query'
import { describeMistake } from '../datasets/versions/load-mistake.ts'
import type { AppError, AppErrorCode, AppErrorData, FileMistake } from '../kernel/app-error.ts'
import { toWireTime } from '../kernel/hours.ts'

/** How a refusal is answered: the real HTTP status, the documented message with what follows it, and its details. */
export interface ErrorAnswer {
  readonly status: number
  readonly message: string
  readonly details: readonly Detail[]
  readonly headers?: Readonly<Record<string, string>>
}

/**
 * The status and the words of every refusal. Where the documents have a text, the message begins with it, word for word
 * and with the numbers in force; more detail follows it. See `docs/reference/compatibility.md`, Messages.
 */
const answers: { readonly [Code in AppErrorCode]: (data: AppErrorData[Code], code: Code) => ErrorAnswer } = {
  unauthorized: () => ({
    status: 401,
    message: 'Unauthorized',
    details: [],
    headers: { 'www-authenticate': 'Bearer' },
  }),
  forbidden: ({ sentence }, code) => one(403, code, 'Forbidden', sentence),
  // A sentence is a documented text of its own (of executions, say), or begins with this one.
  not_found: ({ sentence }, code) => one(404, code, sentence ?? 'No item found with given filters'),
  unknown_program: ({ program, known }, code) =>
    one(404, code, 'No item found with given filters', `There is no program ${quoted(program)}`, {
      field: 'program',
      hint: `Programs: ${known.join(', ')}`,
    }),
  unknown_dataset: ({ name, nearestName }, code) =>
    one(400, code, 'Invalid table name', `There is no dataset ${quoted(name)}`, {
      ...optional({ nearestName, hint: nearestName === undefined ? undefined : `Did you mean ${nearestName}?` }),
    }),
  invalid_query: ({ diagnostics }) => ({
    status: 400,
    message: queryMessage(diagnostics),
    details: diagnostics.map(diagnosticDetail),
  }),
  invalid_query_id: ({ queryId }, code) =>
    one(400, code, 'Invalid QueryId', `There is no query ${quoted(queryId)}`, { field: 'QueryId' }),
  missing_value: ({ fields }, code) => ({
    status: 400,
    message: `Null or missing value: ${fields.join(', ')}`,
    details: fields.map((field) => ({ code, message: `${field} is mandatory`, field })),
  }),
  invalid_report: ({ detail, field }, code) => ({
    status: 400,
    message: `Invalid report parameters for creation - ${detail}`,
    details: [{ code, message: detail, ...optional({ field }) }],
  }),
  invalid_interval: ({ minimumHours, maximumHours, detail }, code) =>
    one(400, code, `Recurrence Interval must be between ${minimumHours} and ${maximumHours}`, detail, {
      field: 'RecurrenceInterval',
    }),
  unknown_value: ({ field, value, allowed }, code) =>
    one(400, code, `Requested value '${value}' not found`, `${field} takes ${allowed.join(', ')}`, { field }),
  active_report_quota: ({ limit }, code) =>
    one(400, code, `User has exceeded its report creation quota of ${limit} active reports`),
  execute_now_quota: ({ limit }, code) =>
    one(400, code, `User has exceeded its ExecuteNow report creation quota of ${limit} reports/60 mins`),
  query_quota: ({ limit }, code) =>
    one(
      400,
      code,
      'Number of queries exceeded. Delete few queries before creating new queries',
      `The limit is ${limit}`,
    ),
  invalid_request: ({ sentence, field }, code) => ({
    status: 400,
    message: sentence,
    details: [{ code, message: sentence, ...optional({ field }) }],
  }),
  preview_timeout: ({ limitSeconds }, code) =>
    one(
      504,
      code,
      `The test query ran longer than ${limitSeconds} seconds`,
      'The query itself is right: narrow it down to try it, or schedule it as a report',
    ),
  link_refused: (_data, code) =>
    one(403, code, 'The link is not valid', 'It was altered, or is not from here. Ask for the execution again'),
  link_expired: ({ expiredAt }, code) =>
    one(403, code, 'The link has expired', `It ended at ${toWireTime(expiredAt)}. Ask for the execution again`),
  link_used: (_data, code) => one(403, code, 'The link has been used', 'It works once. Ask for the execution again'),
  artifact_gone: ({ sentence }, code) => one(410, code, 'The file is gone', sentence),
  files_unavailable: ({ fileName }, code) =>
    one(503, code, `The file ${quoted(fileName)} could not be read`, 'Try again; if it fails again, tell the operator'),
  dataset_unavailable: ({ dataset }, code) =>
    one(503, code, `The data of ${dataset} could not be read`, 'Try again; if it fails again, tell the operator'),
  issuer_unavailable: ({ retryAfterSeconds }, code) => ({
    ...one(503, code, 'The issuer of the token could not be asked for its keys', 'Try again; the token may be good'),
    headers: { 'retry-after': String(retryAfterSeconds) },
  }),
  no_data_yet: ({ dataset }, code) =>
    one(409, code, `${dataset} has no data yet`, 'Its operator has to load some first'),
  invalid_data: ({ dataset, mistakes, total }) => ({
    status: 400,
    message: `Nothing was loaded into ${dataset}: ${mistakesMessage(mistakes, total)}`,
    details: mistakes.map((mistake) => ({
      code: mistake.code,
      message: describeMistake(mistake),
      ...optional({ field: mistake.column }),
      ...(mistake.row !== undefined && { row: mistake.row }),
      ...(mistake.line !== undefined && { line: mistake.line }),
    })),
  }),
  load_in_progress: ({ dataset }, code) =>
    one(409, code, `Another load of ${dataset} is under way`, 'Try again when it has ended'),
  credential_limit: ({ sentence, remedy }, code) => one(409, code, sentence, remedy),
  would_lock_out: ({ sentence }, code) =>
    one(
      409,
      code,
      'This would lock you out',
      `${sentence}. Another administrator can do it, or a command on the machine`,
    ),
  secret_shown_before: ({ secretId }, code) =>
    one(
      409,
      code,
      `This request has made the secret ${secretId}, which is not shown again`,
      'Remove it if its answer never came, and make another one',
    ),
  idempotency_mismatch: ({ key }, code) =>
    one(422, code, `The Idempotency-Key ${quoted(key)} was used for another request`),
  idempotency_in_progress: ({ key }, code) =>
    one(409, code, `The request with the Idempotency-Key ${quoted(key)} is still being served`),
  rate_limited: tooMany,
  too_busy: tooMany,
  store_full: ({ retryAfterSeconds }, code) => ({
    ...one(
      503,
      code,
      'There is no room left to store this',
      'Nothing was stored. Try again later; if it fails again, tell the operator that the disk is full',
    ),
    headers: { 'retry-after': String(retryAfterSeconds) },
  }),
}

/** The answer to a refusal. */
export function answerOf(error: AppError): ErrorAnswer {
  // The union ties code and data together; TypeScript can't follow it through an index.
  const answer = answers[error.code] as (data: unknown, code: AppErrorCode) => ErrorAnswer
  return answer(error.data, error.code)
}

function tooMany(
  { retryAfterSeconds, sentence }: AppErrorData['rate_limited' | 'too_busy'],
  code: AppErrorCode,
): ErrorAnswer {
  return {
    ...one(429, code, 'Too many requests', sentence),
    headers: { 'retry-after': String(retryAfterSeconds) },
  }
}

/** One problem: the documented text, then the sentence that says more. */
function one(
  status: number,
  code: AppErrorCode,
  documented: string,
  sentence?: string,
  extra: Partial<Detail> = {},
): ErrorAnswer {
  const plain = sentence?.replace(/\.$/, '')
  const message = plain === undefined ? documented : `${documented}. ${plain}.`
  return { status, message, details: [{ code, message: plain ?? documented, ...extra }] }
}

/** The texts that the documents have for two kinds of query errors; all others begin with `Invalid query`. */
const documentedQueryTexts: Partial<Record<DiagnosticCode, string>> = {
  unknown_dataset: 'Invalid table name',
  unknown_column: 'Incorrect column name',
}

function queryMessage(diagnostics: readonly Diagnostic[]): string {
  const [first] = diagnostics
  if (first === undefined) return 'Invalid query'
  const { line, column } = first.position
  const text = documentedQueryTexts[first.code] ?? 'Invalid query'
  const more = diagnostics.length === 1 ? '' : ` (and ${diagnostics.length - 1} more)`
  return `${text}: ${first.message.replace(/\.$/, '')}, at line ${line}, column ${column}${more}`
}

function mistakesMessage(mistakes: readonly FileMistake[], total: number): string {
  const [first] = mistakes
  if (first === undefined) return 'its files are wrong'
  return `${describeMistake(first)}${total > 1 ? ` (and ${total - 1} more)` : ''}`
}

function diagnosticDetail({ code, message, position, hint, nearestName, excerpt }: Diagnostic): Detail {
  const { line, column, length } = position
  return { code, message, line, column, length, excerpt, ...optional({ hint, nearestName }) }
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}…` : text)
}

/** Leaves out what is undefined, as the contract wants it. */
function optional<Fields extends Record<string, string | undefined>>(
  fields: Fields,
): { [Key in keyof Fields]?: string } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [Key in keyof Fields]?: string
  }
}
