import { describe, expect, test } from 'vitest'
import { bodyFields, formFields } from './sent-fields.ts'

describe('formFields', () => {
  test.each([
    ['exportQuery=SELECT%20OrderId%20from%20ISVOrder', [['exportQuery', 'SELECT OrderId from ISVOrder']]],
    ['a=1+2', [['a', '1 2']]],
    ['a=%zz', [['a', '%zz']]],
    ['a', [['a', '']]],
    ['', []],
    [
      'reportId=1&ReportId=1',
      [
        ['reportId', '1'],
        ['ReportId', '1'],
      ],
    ],
  ])('%s', (text, fields) => {
    expect(formFields(text)).toEqual(fields)
  })

  test.each(['a=1&a=2', 'reportId=1&REPORTID=2'])('%s contradicts itself', (text) => {
    expect(() => formFields(text)).toThrow('invalid_request')
  })
})

describe('bodyFields', () => {
  test('no body has no fields', () => {
    expect(bodyFields(undefined)).toEqual([])
    expect(bodyFields(null)).toEqual([])
  })

  test.each([[[]], ['text'], [7], [true]])('%j is no body', (body) => {
    expect(() => bodyFields(body)).toThrow('invalid_request')
  })
})
