import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { removeFolder } from './testing/almanac-process.ts'
import { call, pollExecutions, requestToken } from './testing/call.ts'
import { startDemoProcess, type DemoProcess } from './testing/demo-process.ts'

// The documents' own requests, sent as they stand there: stray blanks, lower-case `from`, starts long past, mixed
// casing, a trailing comma. And their answers, with only ids, users and moments left open.

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const wireTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/
const usageQuery =
  "SELECT UsageDate, NormalizedUsage, EstimatedExtendedChargePC FROM ISVUsage WHERE SKUBillingType = 'Paid' ORDER BY UsageDate DESC TIMESPAN LAST_MONTH"

let folder: string
let server: DemoProcess
let token: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'almanac-seeds-'))
  server = await startDemoProcess(folder, ['--rows', '20000'])
  token = await requestToken(server)
})
afterAll(async () => {
  await server.stop('SIGTERM')
  await removeFolder(folder)
})

describe('Make your first API call (v1.1)', () => {
  let queryId: unknown
  let reportId: unknown

  test('token generation: every number is a string', async () => {
    const { clientId, clientSecret } = server.clients[0]!
    const response = await fetch(`${server.url}/${server.tenantId}/oauth2/token`, {
      method: 'POST',
      headers: { 'return-client-request-id': 'true', 'Content-Type': 'application/x-www-form-urlencoded' },
      body: `resource=${encodeURIComponent('https://api.partnercenter.microsoft.com')}&client_id=${clientId}&client_secret=${encodeURIComponent(clientSecret)}&grant_type=client_credentials`,
    })
    const answer = (await response.json()) as Record<string, string>
    expect(response.status).toBe(200)
    expect(answer).toEqual({
      token_type: 'Bearer',
      expires_in: '3599',
      ext_expires_in: '3599',
      expires_on: expect.stringMatching(/^\d+$/),
      not_before: expect.stringMatching(/^\d+$/),
      resource: 'https://api.partnercenter.microsoft.com',
      access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
    })
    expect(Number(answer.expires_on) - Number(answer.not_before)).toBe(3900)
  })

  test('step 1: the datasets, by a path that ends in a blank', async () => {
    const { status, body } = await call(server, token, 'GET', '/insights/v1.1/cmp/ScheduledDataset%20')
    expect(status).toBe(200)
    expect(body).toMatchObject({ totalCount: 9, message: 'Dataset fetched successfully', statusCode: 200 })
    expect(body.value.find((dataset) => dataset.datasetName === 'ISVOrder')).toEqual({
      datasetName: 'ISVOrder',
      selectableColumns: [
        'MarketplaceSubscriptionId',
        'MonthStartDate',
        'OfferType',
        'AzureLicenseType',
        'MarketplaceLicenseType',
        'SKU',
        'CustomerCountry',
        'IsPreviewSKU',
        'AssetId',
        'Quantity',
        'CloudInstanceName',
        'IsNewCustomer',
        'OrderStatus',
        'OrderCancelDate',
        'CustomerCompanyName',
        'OrderPurchaseDate',
        'OfferName',
        'IsPrivateOffer',
        'TermStartDate',
        'TermEndDate',
        'PurchaseRecordId',
        'PurchaseRecordLineItemId',
        'BilledRevenue',
        'Currency',
        'HasTrial',
        'IsTrial',
        'TrialEndDate',
        'OrderAction',
        'QuantityChanged',
        'EventTimestamp',
        'CustomerId',
        'BillingAccountId',
        'PlanId',
        'BillingTerm',
        'BillingPlan',
        'ReferenceId',
        'AutoRenew',
        'OrderVersion',
        'ListPriceUSD',
        'DiscountPriceUSD',
        'IsPrivatePlan',
        'OfferId',
        'PrivateOfferId',
        'PrivateOfferName',
        'BillingId',
        'Version',
        'CustomerAdjustmentUSD',
        'MultiParty',
        'PartnerInfo',
      ],
      availableMetrics: [],
      availableDateRanges: ['LAST_MONTH', 'LAST_3_MONTHS', 'LAST_6_MONTHS', 'LAST_1_YEAR', 'LIFETIME'],
      minimumRecurrenceInterval: 1,
    })
    expect(new Set(body.value.map((dataset) => dataset.datasetName))).toEqual(
      new Set([
        'ISVOrder',
        'ISVUsage',
        'ISVCustomer',
        'ISVMarketplaceInsights',
        'ISVRevenue',
        'ISVOfferRetention',
        'ISVQualityOfService',
        'ISVLicense',
        'ISVVMImageVersion',
      ]),
    )
  })

  test('step 2: the custom query', async () => {
    const { status, body } = await call(
      server,
      token,
      'POST',
      '/insights/v1.1/cmp/ScheduledQueries',
      `{ 
                "Query": "SELECT OrderId from ISVOrder", 
                "Name": "ISVOrderQuery1", 
                "Description": "Get a list of all Order IDs" 
             }`,
    )
    expect(status).toBe(200)
    expect(body).toMatchObject({ totalCount: 1, message: 'Query created successfully', statusCode: 200 })
    expect(body.value).toEqual([
      {
        queryId: expect.stringMatching(uuid),
        name: 'ISVOrderQuery1',
        description: 'Get a list of all Order IDs',
        query: 'SELECT OrderId from ISVOrder',
        type: 'userDefined',
        user: expect.stringMatching(/^\d+$/),
        createdTime: expect.stringMatching(wireTime),
        modifiedTime: null,
      },
    ])
    queryId = body.value[0]?.queryId
  })

  test('step 3: the test query gives 100 rows keyed by OrderId', async () => {
    const { status, body } = await call(
      server,
      token,
      'GET',
      '/insights/v1.1/cmp/ScheduledQueries/testQueryResult?exportQuery=SELECT%20OrderId%20from%20ISVOrder',
    )
    expect(status).toBe(200)
    expect(body).toMatchObject({ totalCount: 100, message: null, statusCode: 200 })
    expect(body.value).toHaveLength(100)
    expect(body.value.every((row) => Object.keys(row).join() === 'OrderId')).toBe(true)
    expect(body.value.some((row) => uuid.test(String(row.OrderId)))).toBe(true)
  })

  test('step 4: the report, although its start is long past', async () => {
    const { status, body } = await call(
      server,
      token,
      'POST',
      '/insights/v1.1/cmp/ScheduledReport',
      `{
                   "ReportName": "ISVReport1",
                   "Description": "Report for getting list of Order Ids",
                   "QueryId": "${String(queryId)}",
                   "StartTime": "2024-01-06T19:00:00Z",
                   "RecurrenceInterval": 48,
                   "RecurrenceCount": 20,
                    "Format": "csv"
                  }`,
    )
    expect(status).toBe(200)
    expect(body).toMatchObject({ totalCount: 1, message: 'Report created successfully', statusCode: 200 })
    expect(body.value[0]).toMatchObject({
      reportId: expect.stringMatching(uuid),
      reportName: 'ISVReport1',
      description: 'Report for getting list of Order Ids',
      queryId,
      query: 'SELECT OrderId from ISVOrder',
      user: expect.stringMatching(/^\d+$/),
      createdTime: expect.stringMatching(wireTime),
      modifiedTime: null,
      startTime: '2024-01-06T19:00:00Z',
      reportStatus: 'Active',
      recurrenceInterval: 48,
      recurrenceCount: 20,
      callbackUrl: null,
      format: 'csv',
    })
    reportId = body.value[0]?.reportId
  })

  test('step 5: its waiting execution, in a 404 as the other page documents it', async () => {
    const path = `/insights/v1.1/cmp/ScheduledReport/execution/${String(reportId)}`
    const { status, body } = await call(server, token, 'GET', path)
    expect(status).toBe(404)
    const waiting = {
      executionId: expect.stringMatching(uuid),
      reportId,
      recurrenceInterval: 48,
      recurrenceCount: 20,
      callbackUrl: null,
      format: 'csv',
      executionStatus: 'Pending',
      reportAccessSecureLink: null,
      reportExpiryTime: null,
      reportGeneratedTime: null,
    }
    expect(body.value).toEqual([expect.objectContaining(waiting)])
    expect(body.message).toMatch(/^There are no executions that have occurred for the given filter conditions\./)

    const pending = await call(server, token, 'GET', `${path}?executionStatus=Pending`)
    expect(pending.status).toBe(200)
    expect(pending.body).toMatchObject({ value: [waiting], totalCount: 1, message: null, statusCode: 200 })
  })
})

describe('Programmatic access paradigm', () => {
  test('v1: query and report, with the stray blanks of the page', async () => {
    const created = await call(
      server,
      token,
      'POST',
      '/insights/v1/cmp/ScheduledQueries',
      `{
"Name": "ISVUsageQuery",
"Description": "Normalized Usage and Estimated Financial Charges for PAID SKUs",
"Query": "${usageQuery}"
}`,
    )
    expect(created.body.value[0]).toMatchObject({ name: 'ISVUsageQuery', query: usageQuery, type: 'userDefined' })
    const queryId = String(created.body.value[0]?.queryId)

    const report = await call(
      server,
      token,
      'POST',
      '/insights/v1/cmp/ScheduledReport',
      `{
"ReportName": "ISVUsageReport",
"Description": "Normalized Usage and Estimated Financial Charges for PAID SKUs",
"QueryId": "${queryId} ",
"StartTime": "2021-01-06T19:00:00Z ",
"RecurrenceInterval": 48,
"RecurrenceCount": 20,
"Format": "csv",
"CallbackUrl": "https://reports.example.com/ready"
}`,
    )
    expect(report.status).toBe(200)
    expect(report.body.value[0]).toEqual({
      reportId: expect.stringMatching(uuid),
      reportName: 'ISVUsageReport',
      description: 'Normalized Usage and Estimated Financial Charges for PAID SKUs',
      queryId,
      query: usageQuery,
      user: expect.stringMatching(/^\d+$/),
      createdTime: expect.stringMatching(wireTime),
      modifiedTime: null,
      startTime: '2021-01-06T19:00:00Z',
      reportStatus: 'Active',
      recurrenceInterval: 48,
      recurrenceCount: 20,
      callbackUrl: 'https://reports.example.com/ready',
      format: 'csv',
    })
  })

  test('v1.1: the payload of the page is no JSON, and says where; mended, it is taken in its mixed casing', async () => {
    const created = await call(
      server,
      token,
      'POST',
      '/insights/v1.1/cmp/ScheduledQueries',
      JSON.stringify({ Name: 'ISVUsageQuery', Query: usageQuery }),
    )
    const queryId = String(created.body.value[0]?.queryId)
    const payload = (missing: string, trailing: string): string => `{
  "ReportName": "ISVUsageReport",
  "Description": "Normalized Usage and Estimated Financial Charges for PAID SKUs",
  "QueryId": "${queryId} ",
  "StartTime": "2021-01-06T19:00:00Z ",
  "executeNow": false,
  "RecurrenceInterval": 48,
  "RecurrenceCount": 20,
  "Format": "csv",
  "CallbackUrl": "https://reports.example.com/ready"${missing}
  "callbackMethod": "GET"${trailing}
}`
    for (const broken of [payload('', ','), payload(',', ',')]) {
      const refused = await call(server, token, 'POST', '/insights/v1.1/cmp/ScheduledReport', broken)
      expect(refused.status).toBe(400)
      expect(refused.body).toMatchObject({ value: [], totalCount: 0, statusCode: 400 })
      expect(JSON.stringify(refused.body)).toMatch(/line 1[12]/)
    }
    const taken = await call(server, token, 'POST', '/insights/v1.1/cmp/ScheduledReport', payload(',', ''))
    expect(taken.status).toBe(200)
    expect(taken.body.value[0]).toMatchObject({
      startTime: '2021-01-06T19:00:00Z',
      reportStatus: 'Active',
      recurrenceCount: 20,
      totalRecurrenceCount: 20,
      callbackMethod: 'GET',
    })
  })

  test.each(['v1', 'v1.1'])('%s: an execution that has completed, and its file by the secure link', async (version) => {
    const base = `/insights/${version}/cmp`
    const created = await call(
      server,
      token,
      'POST',
      `${base}/ScheduledQueries`,
      JSON.stringify({ Name: 'q', Query: usageQuery.replace('LAST_MONTH', 'LAST_6_MONTHS') }),
    )
    const report = await call(
      server,
      token,
      'POST',
      `${base}/ScheduledReport`,
      JSON.stringify({ ReportName: 'now', QueryId: created.body.value[0]?.queryId, ExecuteNow: true }),
    )
    expect(report.body.value[0]).toMatchObject({ recurrenceInterval: -1, recurrenceCount: 1, reportStatus: 'Active' })
    const { body } = await pollExecutions(
      server,
      token,
      `${base}/ScheduledReport/execution/${String(report.body.value[0]?.reportId)}`,
      (answer) => answer.status === 200,
    )
    expect(body).toMatchObject({ totalCount: 1, message: null, statusCode: 200 })
    expect(body.value[0]).toMatchObject({
      executionStatus: 'Completed',
      reportAccessSecureLink: expect.stringMatching(/^http:/),
      reportLocation: expect.stringMatching(/^http:/),
      reportExpiryTime: expect.stringMatching(wireTime),
      reportGeneratedTime: expect.stringMatching(wireTime),
    })
    const file = await fetch(String(body.value[0]?.reportAccessSecureLink))
    expect(file.status).toBe(200)
    expect((await file.text()).split('\n')[0]).toBe('UsageDate,NormalizedUsage,EstimatedExtendedChargePC')
  })
})
