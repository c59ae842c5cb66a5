import { AlmanacError } from '@almanac/client'
import { expect, test } from 'vitest'
import { describeError } from './describe-error.ts'

test('a refused query shows where, and what to do', () => {
  const error = new AlmanacError({
    message: 'Incorrect column name: Offer',
    status: 400,
    code: 'invalid_query',
    requestId: 'request-9',
    details: [
      {
        code: 'unknown_column',
        message: 'There is no column Offer',
        line: 1,
        column: 8,
        excerpt: 'SELECT Offer FROM ISVUsage\n       ^^^^^',
        hint: 'Did you mean OfferName?',
      },
    ],
  })
  expect(describeError(error)).toBe(
    [
      'Error: Incorrect column name: Offer',
      '  There is no column Offer (line 1, column 8)',
      '    SELECT Offer FROM ISVUsage',
      '           ^^^^^',
      '  Did you mean OfferName?',
      '  request request-9',
    ].join('\n'),
  )
})

test('a sentence that the message has already is not said twice', () => {
  const details = [{ code: 'x', message: 'It ran too long' }]
  const error = new AlmanacError({
    message: 'The execution failed: It ran too long',
    code: 'execution_failed',
    details,
  })
  expect(describeError(error)).toBe('Error: The execution failed: It ran too long')
})

test('any other error is its message', () => {
  expect(describeError(new Error('the disk is full'))).toBe('Error: the disk is full')
  expect(describeError('odd')).toBe('Error: odd')
})
