import type { CallbackItem } from './schemas/callback.ts'
import type { ClockItem } from './schemas/clock.ts'
import type { DatasetItem, ExpandedDataset } from './schemas/dataset.ts'
import type { DataVersionItem } from './schemas/data-version.ts'
import type { ExecutionV1, ExecutionV11 } from './schemas/execution.ts'
import type { ManifestItem } from './schemas/manifest.ts'
import type { QueryItem } from './schemas/query.ts'
import type { ReportEventItem } from './schemas/report-event.ts'
import type { ReportV1, ReportV11 } from './schemas/report.ts'

// One story, told by the examples of all operations: a query over orders, run every two days, twenty times.

const queryText =
  "SELECT OfferName, OrderPurchaseDate, Quantity FROM ISVOrder WHERE OrderStatus = 'Active' TIMESPAN LAST_3_MONTHS"
const queryId = '3a9d1f60-54f0-4f0c-8a55-0d8f6f1c7b21'
const reportId = 'c2b7f0d4-8a77-4d0b-9d7c-6a1c8f4f2e90'
const executionId = '7e0c9b1a-1d7f-4f7e-b1a4-93f0b2a6d5c8'

const datasetExample: DatasetItem = {
  datasetName: 'ISVOrder',
  selectableColumns: ['OfferName', 'OrderPurchaseDate', 'OrderStatus', 'Quantity'],
  availableMetrics: [],
  availableDateRanges: ['LAST_MONTH', 'LAST_3_MONTHS', 'LAST_6_MONTHS', 'LAST_1_YEAR', 'LIFETIME'],
  minimumRecurrenceInterval: 1,
}

export const expandedDatasetExample: ExpandedDataset = {
  ...datasetExample,
  title: 'Orders',
  description: 'Orders of marketplace offers, one row per order',
  columns: [
    { name: 'OfferName', type: 'string', description: 'The offer', values: null, booleanForms: null },
    { name: 'OrderPurchaseDate', type: 'date', description: null, values: null, booleanForms: null },
    { name: 'OrderStatus', type: 'string', description: null, values: ['Active', 'Cancelled'], booleanForms: null },
    { name: 'Quantity', type: 'integer', description: 'Seats ordered', values: null, booleanForms: null },
  ],
  metrics: [],
  dateColumn: 'OrderPurchaseDate',
  defaultDateRange: 'LAST_6_MONTHS',
  dataVersion: '12-5d1f0c8a37b2',
  dataVersionTime: '2026-03-02T04:10:00Z',
  rowCount: 48210,
}

export const newQueryExample = {
  Name: 'Active orders',
  Description: 'Orders of the last three months that are active',
  Query: queryText,
}

export const queryExample: QueryItem = {
  queryId,
  name: 'Active orders',
  description: 'Orders of the last three months that are active',
  query: queryText,
  type: 'userDefined',
  user: '142344300',
  createdTime: '2026-03-02T09:15:00Z',
  modifiedTime: null,
}

export const previewRowExamples = [
  { OfferName: 'Contoso Backup', OrderPurchaseDate: '2026-02-11', Quantity: 25 },
  { OfferName: 'Contoso Insight', OrderPurchaseDate: '2026-01-30', Quantity: 4 },
]

export const newReportExample = {
  ReportName: 'Active orders, every two days',
  Description: 'For the revenue team',
  QueryId: queryId,
  StartTime: '2026-03-02T19:00:00Z',
  RecurrenceInterval: 48,
  RecurrenceCount: 20,
  Format: 'csv',
  CallbackUrl: 'https://partner.example.com/report-ready',
  CallbackMethod: 'POST',
}

export const reportUpdateExample = {
  ReportName: 'Active orders, every two days',
  RecurrenceInterval: 48,
  RecurrenceCount: 40,
  CallbackUrl: null,
}

export const reportExampleV1: ReportV1 = {
  reportId,
  reportName: 'Active orders, every two days',
  description: 'For the revenue team',
  queryId,
  query: queryText,
  user: '142344300',
  createdTime: '2026-03-02T09:20:00Z',
  modifiedTime: null,
  startTime: '2026-03-02T19:00:00Z',
  reportStatus: 'Active',
  recurrenceInterval: 48,
  recurrenceCount: 20,
  callbackUrl: 'https://partner.example.com/report-ready',
  format: 'csv',
}

export const reportExampleV11: ReportV11 = {
  ...reportExampleV1,
  executeNow: false,
  queryStartTime: null,
  queryEndTime: null,
  totalRecurrenceCount: 20,
  nextExecutionStartTime: '2026-03-02T19:00:00Z',
  endTime: null,
  callbackMethod: 'POST',
  callbackOn: 'Completed',
  neutralizeFormulas: false,
}

const artifactPath = (version: string) =>
  `https://reports.example.com/insights/${version}/cmp/ScheduledReport/artifact/${executionId}`

export const executionExampleV1: ExecutionV1 = {
  executionId,
  reportId,
  recurrenceInterval: 48,
  recurrenceCount: 20,
  callbackUrl: 'https://partner.example.com/report-ready',
  callbackMethod: 'POST',
  format: 'csv',
  executionStatus: 'Completed',
  failureReason: null,
  dataVersion: '12-5d1f0c8a37b2',
  reportLocation: artifactPath('v1'),
  reportAccessSecureLink: 'https://reports.example.com/download/0b51e7d2/Active%20orders.csv?signature=…',
  reportExpiryTime: '2026-03-03T19:04:11Z',
  reportGeneratedTime: '2026-03-02T19:00:07Z',
}

export const executionExampleV11: ExecutionV11 = {
  ...executionExampleV1,
  reportLocation: artifactPath('v1.1'),
  recurrenceCount: 19,
  totalRecurrenceCount: 20,
  nextExecutionStartTime: '2026-03-04T19:00:00Z',
  endTime: null,
}

export const manifestExample: ManifestItem = {
  executionId,
  reportId,
  reportName: 'Active orders, every two days',
  format: 'csv',
  rows: 1284,
  sizeBytes: 51_360,
  sha256: '2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae',
  columns: [
    { name: 'OfferName', type: 'string' },
    { name: 'OrderPurchaseDate', type: 'date' },
    { name: 'Quantity', type: 'integer' },
  ],
  neutralizedFormulas: false,
  query: queryText,
  dataset: 'ISVOrder',
  dataVersion: 'b7f1c0de42',
  referenceTime: '2026-03-02T19:00:00Z',
  generatedTime: '2026-03-02T19:00:07Z',
}

export const callbackExample: CallbackItem = {
  callbackId: '5c0d3f7e-2b61-4a3c-8f55-0a9e6d1b7c42',
  reportId,
  executionId,
  callbackUrl: 'https://partner.example.com/report-ready',
  callbackMethod: 'POST',
  callbackStatus: 'Waiting',
  createdTime: '2026-03-02T19:00:07Z',
  nextAttemptTime: '2026-03-02T19:05:12Z',
  attempts: [
    {
      startedTime: '2026-03-02T19:00:07Z',
      durationMs: 212,
      responseStatus: 503,
      error: 'The receiver answered 503.',
    },
  ],
}

export const reportEventExamples: readonly ReportEventItem[] = [
  {
    time: '2026-03-02T19:00:07Z',
    event: 'completed',
    executionId,
    scheduledTime: null,
    detail: '1284 rows, 51360 bytes.',
  },
  {
    time: '2026-03-02T19:00:01Z',
    event: 'started',
    executionId,
    scheduledTime: '2026-03-02T19:00:00Z',
    detail: null,
  },
  { time: '2026-03-02T09:20:00Z', event: 'created', executionId: null, scheduledTime: null, detail: null },
]

const nothingHappened = {
  execution_completed: 0,
  execution_failed: 0,
  execution_retried: 0,
  callback_delivered: 0,
  callback_retried: 0,
  callback_failed: 0,
}

export const clockExample: ClockItem = {
  time: '2026-03-02T18:20:00Z',
  machineTime: '2026-03-02T18:20:00Z',
  movable: true,
  previousTime: null,
  counts: nothingHappened,
  happenings: [],
}

export const movedClockExample: ClockItem = {
  ...clockExample,
  time: '2026-03-04T19:00:00Z',
  previousTime: '2026-03-02T18:20:00Z',
  counts: { ...nothingHappened, execution_completed: 1 },
  happenings: [
    {
      time: '2026-03-02T19:00:01Z',
      kind: 'execution_completed',
      reportId,
      executionId,
      scheduledTime: '2026-03-02T19:00:00Z',
      detail: '1,200 rows',
    },
  ],
}

export const dataVersionExample: DataVersionItem = {
  datasetName: 'ISVOrder',
  version: 12,
  dataVersion: '12-5d41402abc4b',
  inForce: true,
  createdTime: '2026-03-02T05:12:40Z',
  mode: 'append',
  loadedBy: '9e107d9d-372b-4f6c-a1f3-5b2e8c7d4a10',
  files: ['orders-2026-03-01.csv'],
  rows: 1_845_220,
  accounts: 512,
  sizeBytes: 61_440_112,
}
