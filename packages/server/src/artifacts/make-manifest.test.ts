import { expect, test } from 'vitest'
import { makeManifest } from './make-manifest.ts'

test('a manifest says what the file holds, how to check it, and what it was made from', () => {
  const manifest = makeManifest({
    execution: { id: 'execution-1', scheduledAt: Date.UTC(2024, 0, 6, 5, 38, 34, 987) },
    report: {
      id: 'report-1',
      name: 'Daily orders',
      queryText: 'SELECT OrderId, OrderId FROM ISVOrder',
      format: 'tsv',
      neutralizeFormulas: false,
    },
    compiled: {
      dataset: 'ISVOrder',
      columns: [
        { name: 'OrderId', type: 'string' },
        { name: 'OrderId', type: 'string' },
      ],
    },
    dataVersion: { id: 'v-17' },
    file: { rows: 2, sizeBytes: 40, sha256: 'ab'.repeat(32) },
    generatedAt: Date.UTC(2024, 0, 6, 5, 39, 0),
  })
  expect(manifest).toEqual({
    executionId: 'execution-1',
    reportId: 'report-1',
    reportName: 'Daily orders',
    format: 'tsv',
    rows: 2,
    sizeBytes: 40,
    sha256: 'ab'.repeat(32),
    columns: [
      { name: 'OrderId', type: 'string' },
      { name: 'OrderId', type: 'string' },
    ],
    neutralizedFormulas: false,
    query: 'SELECT OrderId, OrderId FROM ISVOrder',
    dataset: 'ISVOrder',
    dataVersion: 'v-17',
    referenceTime: '2024-01-06T05:38:34Z',
    generatedTime: '2024-01-06T05:39:00Z',
  })
})
