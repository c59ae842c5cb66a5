import type { Artifact } from '../artifact.ts'

/** An artifact for tests; what a test speaks of it says itself. */
export function anArtifact(change: Partial<Artifact> = {}): Artifact {
  return {
    id: 'artifact-1',
    executionId: 'execution-1',
    reportId: 'report-1',
    accountId: 'account-1',
    blobKey: 'blob-1',
    fileName: 'Orders.csv',
    manifest: {
      executionId: 'execution-1',
      reportId: 'report-1',
      reportName: 'Orders',
      format: 'csv',
      rows: 1,
      sizeBytes: 4,
      sha256: '1121cfccd5913f0a63fec40a6ffd44ea64f9dc135c66634ba001d10bcf4302a2',
      columns: [{ name: 'a', type: 'integer' }],
      neutralizedFormulas: false,
      query: 'SELECT a FROM T',
      dataset: 'T',
      dataVersion: 'v-1',
      referenceTime: '2024-01-06T05:38:34Z',
      generatedTime: '2024-01-06T05:38:35Z',
    },
    createdAt: Date.UTC(2024, 0, 6, 5, 38, 35),
    ...change,
  }
}
