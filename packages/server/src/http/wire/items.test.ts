import { openApiDocument, type ApiVersion } from '@almanac/api'
import { describe, expect, test } from 'vitest'
import type { CatalogDataset } from '../../datasets/dataset.ts'
import type { ExecutionView } from '../../executions/execution.ts'
import type { ReportView, Schedule } from '../../reports/report.ts'
import { datasetItem } from './dataset-item.ts'
import { executionItem } from './execution-item.ts'
import { queryItem } from './query-item.ts'
import { reportItem } from './report-item.ts'

const startAt = Date.UTC(2024, 0, 6, 19)
const recurring: Extract<Schedule, { kind: 'recurring' }> = {
  kind: 'recurring',
  startAt,
  firstAt: startAt,
  intervalHours: 48,
  count: 20,
  endAt: null,
}

const report: ReportView = {
  id: '72fa95ab',
  accountId: 'account',
  clientId: 'client',
  program: 'cmp',
  user: '142344300',
  name: 'ISVReport1',
  description: 'Report for getting list of Order Ids',
  queryId: '78be43f2',
  queryText: 'SELECT OrderId from ISVOrder',
  schedule: recurring,
  format: 'csv',
  neutralizeFormulas: false,
  callback: null,
  status: 'Active',
  createdAt: Date.UTC(2024, 0, 6, 5, 46, 0, 999),
  modifiedAt: null,
  startedCount: 0,
  nextExecutionAt: startAt,
}

const once: ReportView = {
  ...report,
  schedule: { kind: 'once', at: report.createdAt, queryStartAt: startAt, queryEndAt: null },
  startedCount: 1,
  nextExecutionAt: null,
}

const execution: ExecutionView = {
  id: '1f18b53b',
  reportId: report.id,
  accountId: report.accountId,
  occurrence: 0,
  scheduledAt: startAt,
  status: 'Pending',
  attempts: 0,
  failedTries: 0,
  startedAt: null,
  finishedAt: null,
  failure: null,
  report,
  startedCount: 0,
  nextExecutionAt: startAt,
  artifact: null,
}

/** The fields that the published document promises for a component of a version, in its order. */
function promised(version: ApiVersion, component: string): readonly string[] {
  const document = JSON.parse(JSON.stringify(openApiDocument(version))) as {
    readonly components: { readonly schemas: Record<string, { readonly required: readonly string[] }> }
  }
  return document.components.schemas[component]?.required ?? []
}

describe('a report', () => {
  test('v1 shows what the documents show for it, no less and no more', () => {
    expect(reportItem('v1', report)).toEqual({
      reportId: '72fa95ab',
      reportName: 'ISVReport1',
      description: 'Report for getting list of Order Ids',
      queryId: '78be43f2',
      query: 'SELECT OrderId from ISVOrder',
      user: '142344300',
      createdTime: '2024-01-06T05:46:00Z',
      modifiedTime: null,
      startTime: '2024-01-06T19:00:00Z',
      reportStatus: 'Active',
      recurrenceInterval: 48,
      recurrenceCount: 20,
      callbackUrl: null,
      format: 'csv',
    })
  })

  test('v1.1 adds how the schedule goes on', () => {
    const running = { ...report, startedCount: 3, nextExecutionAt: startAt + 3 * 48 * 3_600_000 }
    const withCallback: ReportView = {
      ...running,
      callback: { url: 'https://partner.example/cb', method: 'GET', on: 'completed' },
    }
    expect(reportItem('v1.1', withCallback)).toMatchObject({
      executeNow: false,
      queryStartTime: null,
      queryEndTime: null,
      recurrenceCount: 17,
      totalRecurrenceCount: 20,
      nextExecutionStartTime: '2024-01-12T19:00:00Z',
      endTime: null,
      callbackUrl: 'https://partner.example/cb',
      callbackMethod: 'GET',
    })
    expect(reportItem('v1', running)).toMatchObject({ recurrenceCount: 20 })
  })

  test('ExecuteNow shows -1 and 1, and the time of its creation as its start', () => {
    const shown = { recurrenceInterval: -1, recurrenceCount: 1, startTime: '2024-01-06T05:46:00Z' }
    expect(reportItem('v1', once)).toMatchObject(shown)
    expect(reportItem('v1.1', once)).toMatchObject({
      ...shown,
      executeNow: true,
      queryStartTime: '2024-01-06T19:00:00Z',
      queryEndTime: null,
      totalRecurrenceCount: 1,
      nextExecutionStartTime: null,
    })
  })

  test('without a count it goes on without end', () => {
    const endless: ReportView = { ...report, schedule: { ...recurring, count: null } }
    expect(reportItem('v1', endless)).toMatchObject({ recurrenceCount: null })
    expect(reportItem('v1.1', endless)).toMatchObject({ recurrenceCount: null, totalRecurrenceCount: null })
  })

  test.each(['v1', 'v1.1'] as const)('%s has exactly the fields of the contract', (version) => {
    for (const one of [report, once]) {
      expect(Object.keys(reportItem(version, one)).sort()).toEqual([...promised(version, 'Report')].sort())
    }
  })
})

describe('an execution', () => {
  test('that waits has no file', () => {
    expect(executionItem('v1', execution, null)).toEqual({
      executionId: '1f18b53b',
      reportId: '72fa95ab',
      recurrenceInterval: 48,
      recurrenceCount: 20,
      callbackUrl: null,
      callbackMethod: null,
      format: 'csv',
      executionStatus: 'Pending',
      failureReason: null,
      dataVersion: null,
      reportLocation: null,
      reportAccessSecureLink: null,
      reportExpiryTime: null,
      reportGeneratedTime: null,
    })
  })

  test('that has completed has a location, a link and its end', () => {
    const completed: ExecutionView = { ...execution, status: 'Completed', finishedAt: startAt + 5_900, startedCount: 1 }
    const file = { location: 'https://a/l', secureLink: 'https://a/s', expiresAt: startAt + 86_400_000 }
    expect(executionItem('v1.1', completed, file)).toMatchObject({
      executionStatus: 'Completed',
      recurrenceCount: 19,
      totalRecurrenceCount: 20,
      reportLocation: 'https://a/l',
      reportAccessSecureLink: 'https://a/s',
      reportExpiryTime: '2024-01-07T19:00:00Z',
      reportGeneratedTime: '2024-01-06T19:00:05Z',
    })
  })

  test('that has failed says why', () => {
    const failure = { code: 'timeout', message: 'It ran too long' } as const
    const failed: ExecutionView = { ...execution, status: 'Failed', finishedAt: startAt, failure }
    expect(executionItem('v1', failed, null)).toMatchObject({ failureReason: failure, reportGeneratedTime: null })
  })

  test('that waits for its next try does not show the last one', () => {
    const retrying: ExecutionView = { ...execution, status: 'Running', failure: { code: 'timeout', message: 'm' } }
    expect(executionItem('v1', retrying, null)).toMatchObject({ executionStatus: 'Running', failureReason: null })
  })

  test.each(['v1', 'v1.1'] as const)('%s has exactly the fields of the contract', (version) => {
    expect(Object.keys(executionItem(version, execution, null)).sort()).toEqual(
      [...promised(version, 'Execution')].sort(),
    )
  })
})

test('a dataset lists its columns in declared order, without the hidden ones', () => {
  const dataset: CatalogDataset = {
    name: 'ISVOrder',
    nameAliases: ['ISVOrderV2'],
    columns: [
      { name: 'AssetId', type: 'string' },
      { name: 'SellerId', type: 'string', hidden: true },
      { name: 'Quantity', type: 'integer' },
    ],
    metrics: [
      {
        name: 'Total',
        type: 'integer',
        expression: { kind: 'aggregate', function: 'sum', argument: { kind: 'column', name: 'Quantity' } },
      },
    ],
    columnAliases: { OrderId: 'AssetId' },
    dateRanges: ['LAST_MONTH', 'LIFETIME'],
    timespans: 'rolling',
    program: 'cmp',
    title: 'Orders',
    description: '',
    source: { kind: 'files', format: 'csv', pattern: '*.csv' },
    minimumRecurrenceIntervalHours: 1,
  }
  expect(datasetItem(dataset)).toEqual({
    datasetName: 'ISVOrder',
    selectableColumns: ['AssetId', 'Quantity'],
    availableMetrics: ['Total'],
    availableDateRanges: ['LAST_MONTH', 'LIFETIME'],
    minimumRecurrenceInterval: 1,
  })
})

test('a query shows its times in UTC, whole seconds', () => {
  const query = {
    id: 'q',
    name: 'n',
    description: null,
    text: 't',
    type: 'system',
    user: 'system',
    createdAt: 999,
  } as const
  expect(queryItem(query)).toEqual({
    queryId: 'q',
    name: 'n',
    description: null,
    query: 't',
    type: 'system',
    user: 'system',
    createdTime: '1970-01-01T00:00:00Z',
    modifiedTime: null,
  })
})
