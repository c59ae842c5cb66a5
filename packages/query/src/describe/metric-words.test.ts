import { expect, test } from 'vitest'
import { parseMetric } from '../metric/parse-metric.ts'
import { salesDataset } from '../testing/sales-dataset.ts'
import { metricWords } from './metric-words.ts'

function words(text: string): string | null {
  const parsed = parseMetric(text, salesDataset.columns)
  if (!parsed.ok) throw new Error(parsed.message)
  return metricWords({ name: 'Metric', type: parsed.type, expression: parsed.expression }, salesDataset)
}

test.each([
  ['sum(Price)', 'the sum of Price'],
  ['count(*)', 'the number of rows'],
  ['count(Name)', 'the number of rows with a value for Name'],
  ['count(DISTINCT Name)', 'the number of different values of Name'],
  ['avg(Price)', 'the average of Price'],
  ['max(Price) - min(Price)', 'the largest Price minus the smallest Price'],
  ['sum(Price * Quantity) / count(*)', 'the sum of (Price times Quantity) divided by the number of rows'],
  ['100 * (sum(Price) + 1) / -sum(Weight)', '(100 times (the sum of Price plus 1)) divided by minus the sum of Weight'],
])('%s: %s', (text, expected) => {
  expect(words(text)).toBe(expected)
})

test('what a metric takes of a hidden column is not said', () => {
  expect(words('count(Secret)')).toBeNull()
  expect(words('sum(Price) / count(Owner)')).toBeNull()
})
