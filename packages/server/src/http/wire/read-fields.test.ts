import { operations } from '@almanac/api'
import { describe, expect, test } from 'vitest'
import { AppError } from '../../kernel/app-error.ts'
import type { Json } from './parse-json.ts'
import { readFields } from './read-fields.ts'

const newReport = operations.createReport.body.schema['v1.1']
const mandatory = { ReportName: 'r', QueryId: 'q' }

const read = (body: Record<string, Json>) => readFields(newReport, Object.entries({ ...mandatory, ...body }))

function refusalOf(run: () => unknown): { readonly code: string; readonly data: unknown } {
  try {
    run()
  } catch (error) {
    if (error instanceof AppError) return { code: error.code, data: error.data }
    throw error
  }
  throw new Error('nothing was refused')
}

describe('readFields', () => {
  test.each(['RecurrenceInterval', 'recurrenceInterval', 'recurrenceinterval', 'RECURRENCEINTERVAL'])(
    'the key %s is known',
    (key) => {
      expect(read({ [key]: 48 })).toEqual({ ...mandatory, RecurrenceInterval: 48 })
    },
  )

  test.each<[string, Json, Json]>([
    ['RecurrenceInterval', '48', 48],
    ['RecurrenceInterval', ' 48 ', 48],
    ['RecurrenceInterval', 48, 48],
    ['RecurrenceInterval', '-1', -1],
    ['ExecuteNow', 'True', true],
    ['ExecuteNow', 'FALSE', false],
    ['ExecuteNow', ' true ', true],
    ['Format', 'CSV', 'csv'],
    ['Format', ' Tsv', 'tsv'],
    ['CallbackMethod', 'get', 'GET'],
    ['QueryId', '78be43f2-e35f-491a-8cd5-78fe14194f9c ', '78be43f2-e35f-491a-8cd5-78fe14194f9c'],
    ['StartTime', '2021-01-06T19:00:00Z ', '2021-01-06T19:00:00Z'],
    ['Description', '  two words ', 'two words'],
  ])('%s %j is read as %j', (key, sent, value) => {
    expect(read({ [key]: sent })).toEqual({ ...mandatory, [key]: value })
  })

  test.each<[Json, Json]>([
    [['Admin'], ['Admin']],
    [
      [' reports.read ', 'ADMIN'],
      ['Reports.Read', 'Admin'],
    ],
    [[], []],
  ])('the list %j is read as %j', (sent, value) => {
    const fields = operations.putClient.body.schema['v1.1']
    const read = readFields(fields, Object.entries({ AccountId: 'a', Name: 'n', Roles: sent }))
    expect(read).toEqual({ AccountId: 'a', Name: 'n', Roles: value })
  })

  test.each<[Json]>([['Admin'], [{ 0: 'Admin' }], [['Root']], [[['Admin']]], [[null]], [[1]], [true]])(
    'the list %j is refused',
    (sent) => {
      const fields = operations.putClient.body.schema['v1.1']
      const refused = refusalOf(() => readFields(fields, Object.entries({ AccountId: 'a', Name: 'n', Roles: sent })))
      expect(refused.code).toBe('invalid_request')
    },
  )

  test.each<[string, Json]>([
    ['Description', null],
    ['Description', '   '],
    ['RecurrenceCount', null],
    ['CallbackUrl', ''],
    ['Whatever', { deep: [1] }],
    ['toString', 'x'],
    ['__proto__', 'x'],
  ])('%s %j counts as not sent', (key, sent) => {
    expect(read({ [key]: sent })).toEqual(mandatory)
  })

  test.each<[string, Json, string]>([
    ['RecurrenceInterval', 'often', 'RecurrenceInterval must be a whole number; it is "often"'],
    ['RecurrenceInterval', 4.5, 'RecurrenceInterval must be a whole number; it is 4.5'],
    ['RecurrenceInterval', '1e3', 'RecurrenceInterval must be a whole number; it is "1e3"'],
    ['RecurrenceInterval', 1e300, 'RecurrenceInterval must be a whole number; it is 1e+300'],
    ['RecurrenceInterval', true, 'RecurrenceInterval must be a whole number; it is true'],
    ['ExecuteNow', 'yes', 'ExecuteNow must be true or false; it is "yes"'],
    ['ExecuteNow', 1, 'ExecuteNow must be true or false; it is 1'],
    ['ReportName', 7, 'ReportName must be text; it is 7'],
    ['Description', ['a'], 'Description must be text; it is ["a"]'],
  ])('%s %j is refused', (key, sent, sentence) => {
    expect(refusalOf(() => read({ [key]: sent }))).toEqual({ code: 'invalid_request', data: { sentence, field: key } })
  })

  test('a word that an enumeration does not have is refused with those it has', () => {
    expect(refusalOf(() => read({ Format: 'string' }))).toEqual({
      code: 'unknown_value',
      data: { field: 'Format', value: 'string', allowed: ['csv', 'tsv'] },
    })
  })

  test('all mandatory fields that are missing are named together', () => {
    expect(refusalOf(() => readFields(newReport, [['reportname', ' ']]))).toEqual({
      code: 'missing_value',
      data: { fields: ['ReportName', 'QueryId'] },
    })
  })

  test('an operation may have its own words for a field', () => {
    const own = new AppError('invalid_report', { detail: 'its own' })
    const run = () => readFields(newReport, Object.entries({ ...mandatory, Format: 'xls' }), { Format: () => own })
    expect(run).toThrow(own)
  })

  test.each([
    ['$top', '10', 10],
    ['$TOP', '1', 1],
    ['IncludeSystemQueries', 'False', false],
    ['includeonlysystemqueries', 'TRUE', true],
  ])('the query parameter %s=%s is read', (key, text, value) => {
    expect(Object.values(readFields(operations.listQueries.query, [[key, text]]))).toEqual([value])
  })

  test.each(['0', '10001', '-5', 'all'])('$top=%s is refused with its bounds', (text) => {
    expect(refusalOf(() => readFields(operations.listQueries.query, [['$top', text]]))).toMatchObject({
      code: 'invalid_request',
      data: { sentence: expect.stringContaining('a whole number from 1 to 10000') as string },
    })
  })
})
