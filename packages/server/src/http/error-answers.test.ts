import type { Diagnostic, DiagnosticCode } from '@almanac/query'
import { describe, expect, test } from 'vitest'
import { AppError, type AppErrorCode, type AppErrorData } from '../kernel/app-error.ts'
import { answerOf } from './error-answers.ts'

const diagnostic = (code: DiagnosticCode, message: string, more: Partial<Diagnostic> = {}): Diagnostic => ({
  code,
  message,
  position: { line: 1, column: 8, offset: 7, length: 6 },
  excerpt: 'SELECT OrderI FROM ISVOrder\n       ^^^^^^',
  ...more,
})

/** Every refusal there is, with the status and message that it must have. The type makes the table total. */
const table: {
  readonly [Code in AppErrorCode]: readonly (readonly [AppErrorData[Code], number, string])[]
} = {
  unauthorized: [[{ reason: 'expired' }, 401, 'Unauthorized']],
  forbidden: [[{ sentence: 'It is a system query.' }, 403, 'Forbidden. It is a system query.']],
  not_found: [
    [{}, 404, 'No item found with given filters'],
    [{ sentence: 'There are no executions' }, 404, 'There are no executions'],
  ],
  unknown_program: [
    [{ program: 'x', known: ['cmp', 'mpn'] }, 404, 'No item found with given filters. There is no program "x".'],
  ],
  unknown_dataset: [
    [{ name: 'ISVOders', nearestName: 'ISVOrder' }, 400, 'Invalid table name. There is no dataset "ISVOders".'],
  ],
  invalid_query: [
    [
      { diagnostics: [diagnostic('unknown_dataset', 'there is no dataset ISVOders.')] },
      400,
      'Invalid table name: there is no dataset ISVOders, at line 1, column 8',
    ],
    [
      { diagnostics: [diagnostic('unknown_column', 'ISVOrder has no column OrderI'), diagnostic('bad_limit', 'x')] },
      400,
      'Incorrect column name: ISVOrder has no column OrderI, at line 1, column 8 (and 1 more)',
    ],
    [
      { diagnostics: [diagnostic('syntax', 'expected FROM')] },
      400,
      'Invalid query: expected FROM, at line 1, column 8',
    ],
  ],
  invalid_query_id: [[{ queryId: 'q' }, 400, 'Invalid QueryId. There is no query "q".']],
  missing_value: [[{ fields: ['ReportName', 'QueryId'] }, 400, 'Null or missing value: ReportName, QueryId']],
  invalid_report: [
    [
      { detail: 'StartTime should follow format: yyyy-MM-ddTHH:mm:ssZ', field: 'StartTime' },
      400,
      'Invalid report parameters for creation - StartTime should follow format: yyyy-MM-ddTHH:mm:ssZ',
    ],
  ],
  invalid_interval: [
    [{ minimumHours: 4, maximumHours: 90 }, 400, 'Recurrence Interval must be between 4 and 90'],
    [
      { minimumHours: 1, maximumHours: 17_520, detail: 'ISVUsage is refreshed every 24 hours' },
      400,
      'Recurrence Interval must be between 1 and 17520. ISVUsage is refreshed every 24 hours.',
    ],
  ],
  unknown_value: [
    [
      { field: 'executionStatus', value: 'string', allowed: ['Pending', 'Running'] },
      400,
      "Requested value 'string' not found. executionStatus takes Pending, Running.",
    ],
  ],
  active_report_quota: [[{ limit: 50 }, 400, 'User has exceeded its report creation quota of 50 active reports']],
  execute_now_quota: [
    [{ limit: 5 }, 400, 'User has exceeded its ExecuteNow report creation quota of 5 reports/60 mins'],
  ],
  query_quota: [
    [
      { limit: 100 },
      400,
      'Number of queries exceeded. Delete few queries before creating new queries. The limit is 100.',
    ],
  ],
  invalid_request: [[{ sentence: 'It is wrong', field: '$top' }, 400, 'It is wrong']],
  preview_timeout: [
    [
      { limitSeconds: 100 },
      504,
      'The test query ran longer than 100 seconds. The query itself is right: narrow it down to try it, or schedule it as a report.',
    ],
  ],
  link_refused: [
    [
      { reason: 'signature' },
      403,
      'The link is not valid. It was altered, or is not from here. Ask for the execution again.',
    ],
  ],
  link_expired: [
    [
      { expiredAt: Date.UTC(2026, 2, 3) },
      403,
      'The link has expired. It ended at 2026-03-03T00:00:00Z. Ask for the execution again.',
    ],
  ],
  link_used: [[{ reason: 'used' }, 403, 'The link has been used. It works once. Ask for the execution again.']],
  artifact_gone: [[{ sentence: 'Its report was deleted' }, 410, 'The file is gone. Its report was deleted.']],
  files_unavailable: [
    [
      { fileName: 'Orders.csv' },
      503,
      'The file "Orders.csv" could not be read. Try again; if it fails again, tell the operator.',
    ],
  ],
  dataset_unavailable: [
    [
      { dataset: 'Sales' },
      503,
      'The data of Sales could not be read. Try again; if it fails again, tell the operator.',
    ],
  ],
  issuer_unavailable: [
    [
      { retryAfterSeconds: 10 },
      503,
      'The issuer of the token could not be asked for its keys. Try again; the token may be good.',
    ],
  ],
  no_data_yet: [[{ dataset: 'Sales' }, 409, 'Sales has no data yet. Its operator has to load some first.']],
  invalid_data: [
    [
      {
        dataset: 'Sales',
        mistakes: [
          { code: 'wrong_value', file: 'a.csv', row: 4, line: 5, column: 'Price', problem: '"x" is not a number' },
          { code: 'no_rows', file: 'b.csv', problem: 'the file has no rows' },
        ],
        total: 30,
      },
      400,
      'Nothing was loaded into Sales: a.csv, line 5, column Price: "x" is not a number (and 29 more)',
    ],
    [
      { dataset: 'Sales', mistakes: [{ code: 'no_rows', file: 'b.csv', problem: 'the file has no rows' }], total: 1 },
      400,
      'Nothing was loaded into Sales: b.csv: the file has no rows',
    ],
  ],
  load_in_progress: [[{ dataset: 'Sales' }, 409, 'Another load of Sales is under way. Try again when it has ended.']],
  credential_limit: [
    [
      { sentence: 'A client has at most 2 secrets', remedy: 'Remove one' },
      409,
      'A client has at most 2 secrets. Remove one.',
    ],
  ],
  would_lock_out: [
    [
      { sentence: 'You would disable yourself' },
      409,
      'This would lock you out. You would disable yourself. Another administrator can do it, or a command on the machine.',
    ],
  ],
  secret_shown_before: [
    [
      { secretId: 's-1' },
      409,
      'This request has made the secret s-1, which is not shown again. Remove it if its answer never came, and make another one.',
    ],
  ],
  idempotency_mismatch: [[{ key: 'k' }, 422, 'The Idempotency-Key "k" was used for another request']],
  idempotency_in_progress: [[{ key: 'k' }, 409, 'The request with the Idempotency-Key "k" is still being served']],
  rate_limited: [[{ retryAfterSeconds: 3, sentence: 'Slowly.' }, 429, 'Too many requests. Slowly.']],
  too_busy: [[{ retryAfterSeconds: 3, sentence: 'Come back later.' }, 429, 'Too many requests. Come back later.']],
  store_full: [
    [
      { retryAfterSeconds: 60 },
      503,
      'There is no room left to store this. Nothing was stored. Try again later; if it fails again, tell the operator that the disk is full.',
    ],
  ],
}

const cases = Object.entries(table).flatMap(([code, rows]) =>
  rows.map(([data, status, message]) => ({ code: code as AppErrorCode, data, status, message })),
)

describe('answerOf', () => {
  test.each(cases)('$code: $status $message', ({ code, data, status, message }) => {
    expect(answerOf(new AppError(code, data))).toMatchObject({ status, message })
  })

  test.each(cases.filter(({ code }) => code !== 'unauthorized'))('$code has details for programs', ({ code, data }) => {
    const { details } = answerOf(new AppError(code, data))
    expect(details.length).toBeGreaterThan(0)
    for (const detail of details)
      expect(detail).toMatchObject({ code: expect.any(String), message: expect.any(String) })
  })

  test('why a token or a link was refused is not told', () => {
    const answers = [
      answerOf(new AppError('unauthorized', { reason: 'SECRET' })),
      answerOf(new AppError('link_refused', { reason: 'SECRET' })),
    ]
    expect(JSON.stringify(answers)).not.toContain('SECRET')
  })

  test('a query error tells the place, the excerpt, the hint and the nearest name', () => {
    const wrong = diagnostic('unknown_column', 'm', { hint: 'Did you mean OrderId?', nearestName: 'OrderId' })
    expect(answerOf(new AppError('invalid_query', { diagnostics: [wrong] })).details).toEqual([
      {
        code: 'unknown_column',
        message: 'm',
        line: 1,
        column: 8,
        length: 6,
        excerpt: wrong.excerpt,
        hint: 'Did you mean OrderId?',
        nearestName: 'OrderId',
      },
    ])
  })

  test('headers that belong to the status', () => {
    expect(answerOf(new AppError('too_busy', { retryAfterSeconds: 3, sentence: 's' })).headers).toEqual({
      'retry-after': '3',
    })
    expect(answerOf(new AppError('unauthorized', { reason: 'r' })).headers).toEqual({ 'www-authenticate': 'Bearer' })
  })

  test('what a caller sent is repeated in part only', () => {
    const { message } = answerOf(new AppError('invalid_query_id', { queryId: 'x'.repeat(10_000) }))
    expect(message.length).toBeLessThan(200)
  })
})
