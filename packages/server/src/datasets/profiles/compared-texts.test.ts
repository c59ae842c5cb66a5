import { expect, test } from 'vitest'
import { smallDataset } from '../testing/small-catalog.ts'
import { comparedTexts } from './compared-texts.ts'

test('the texts that a query can compare are those listed and those with an older name, never whose row it is', () => {
  const dataset = smallDataset({
    columns: [
      { name: 'AccountId', type: 'string', hidden: true },
      { name: 'OrderId', type: 'string' },
      { name: 'OrderDate', type: 'date' },
      { name: 'Retired', type: 'string', hidden: true },
      { name: 'Internal', type: 'string', hidden: true },
    ],
    columnAliases: { OldName: 'RETIRED', OldAccount: 'AccountId', OldTotal: 'TotalAmount' },
  })
  expect(comparedTexts(dataset)).toEqual(['OrderId', 'Retired'])
})

test('an account column that the dataset lists is compared like any other', () => {
  expect(comparedTexts(smallDataset({ columns: [{ name: 'AccountId', type: 'string' }] }))).toEqual(['AccountId'])
})
