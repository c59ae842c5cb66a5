import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadCatalog } from '../datasets/load-catalog.ts'
import { generateSample } from './generate-sample.ts'
import { openSampleDatabase } from './testing/sample-database.ts'
import type { SampleDatabase } from './testing/sample-database.ts'

const catalog = await loadCatalog(fileURLToPath(new URL('../../catalog', import.meta.url)))
const accountCount = 6

let folder: string
let database: SampleDatabase

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'almanac-partner-sample-'))
  const referenceAt = Date.UTC(2024, 5, 15, 12)
  await generateSample({ catalog, outFolder: folder, accounts: accountCount, usageRows: 20_000, seed: 7, referenceAt })
  database = await openSampleDatabase(catalog, folder)
})

afterAll(async () => {
  database[Symbol.dispose]()
  await rm(folder, { recursive: true, force: true })
})

describe('references hold, within each account', () => {
  const account = (dataset: string): string => (dataset.startsWith('ISV') ? 'PublisherAccountId' : 'PartnerAccountId')
  const missing = (dataset: string, column: string, other: string, otherColumn: string): string => `
    SELECT count(*) FROM "${dataset}" AS a WHERE "${column}" IS NOT NULL AND NOT EXISTS (
      SELECT 1 FROM "${other}" AS b WHERE b."${otherColumn}" = a."${column}" AND b.${account(other)} = a.${account(dataset)})`

  test.each([
    ['SeatsSubscriptionsAndRevenue', 'MPNId', 'Profile', 'MPNId'],
    ['SeatsSubscriptionsAndRevenue', 'CustomerTpid', 'CustomersAndTenants', 'CustomerTpid'],
    ['OfficeUsage', 'CustomerTenantId', 'CustomersAndTenants', 'CustomerTenantId'],
    ['DynamicsUsage', 'SubscriptionId', 'SeatsSubscriptionsAndRevenue', 'SubscriptionId'],
    ['PowerBIUsage', 'SubscriptionId', 'SeatsSubscriptionsAndRevenue', 'SubscriptionId'],
    ['EMSUsage', 'SubscriptionId', 'SeatsSubscriptionsAndRevenue', 'SubscriptionId'],
    ['ResellerPerformance', 'SubscriptionID', 'SeatsSubscriptionsAndRevenue', 'SubscriptionId'],
    ['CloudProductsResellerPerformance', 'SubscriptionID', 'SeatsSubscriptionsAndRevenue', 'SubscriptionId'],
    ['TeamsUsage3PApps', 'CustomerTenantId', 'OfficeUsage', 'CustomerTenantId'],
    ['TeamsUsageWorkload', 'CustomerTenantId', 'OfficeUsage', 'CustomerTenantId'],
    ['TeamsUsageMeetingsAndCalls', 'CustomerTenantId', 'OfficeUsage', 'CustomerTenantId'],
    ['CLASSurfacePropensity', 'CustomerID', 'CLASM365Propensity', 'CustomerID'],
    ['CLASAgreementRenewalsPropensity', 'CustomerID', 'CLASAzurePropensity', 'CustomerID'],
    ['TrainingCompletions', 'MPNID', 'Profile', 'MPNId'],
    ['MSLearn', 'MPNId', 'Profile', 'MPNId'],
    ['TeamsUsage3PApps', 'CustomerId', 'ISVCustomer', 'CustomerId'],
    ['CLASAzurePropensity', 'CustomerID', 'ISVCustomer', 'CustomerId'],
  ])('%s.%s is in %s.%s', async (...names) => {
    expect(await database.count(missing(...names))).toBe(0)
  })

  test('some Azure subscriptions are those with which customers buy in the marketplace', async () => {
    const shared = `SELECT count(DISTINCT a.SubscriptionId) FROM AzureUsage AS a JOIN ISVCustomer AS c
      ON c.MarketplaceSubscriptionId = a.SubscriptionId AND c.PublisherAccountId = a.PartnerAccountId`
    expect(await database.count(shared)).toBeGreaterThan(0)
  })

  test('a subscription belongs to one account, customer and product', async () => {
    const split = `SELECT count(*) FROM (SELECT SubscriptionId FROM SeatsSubscriptionsAndRevenue GROUP BY SubscriptionId, PartnerAccountId
      HAVING count(DISTINCT (CustomerTpid, SKU, SubscriptionStartDate)) > 1)`
    expect(await database.count(split)).toBe(0)
  })
})

describe('amounts agree', () => {
  const thirteenMonths = `Month >= DATE '2023-06-01'`

  test('customers and their subscriptions come to the same seats and money, month by month', async () => {
    const by = (dataset: string): string => `
      SELECT PartnerAccountId, Month, CustomerTpid, Product, MPNId, sum(AvailableSeats), sum(BilledAmountUSD), sum(AzureConsumedAmountUSD)
      FROM ${dataset} WHERE ${thirteenMonths} GROUP BY ALL`
    const [customers, seats] = [by('CustomersAndTenants'), by('SeatsSubscriptionsAndRevenue')]
    expect(await database.count(`SELECT count(*) FROM (${customers})`)).toBeGreaterThan(1000)
    expect(await database.count(`SELECT count(*) FROM ((${customers}) EXCEPT (${seats}))`)).toBe(0)
    expect(await database.count(`SELECT count(*) FROM ((${seats}) EXCEPT (${customers}))`)).toBe(0)
  })

  test('Azure consumed is the sum of its services, and is what subscriptions consumed', async () => {
    const wrong = `SELECT count(*) FROM (
      SELECT sum(ConsumedAmountUSD) AS consumed, any_value(SubscriptionMonthAmountUSD) AS month_amount FROM AzureUsage
      GROUP BY PartnerAccountId, SubscriptionId, Month, IsACRDuplicateAtPGALevel) WHERE consumed <> month_amount`
    expect(await database.count(wrong)).toBe(0)
    const services = `SELECT sum(ConsumedAmountUSD) FROM AzureUsage WHERE ${thirteenMonths}`
    const subscriptions = `SELECT sum(AzureConsumedAmountUSD) FROM SeatsSubscriptionsAndRevenue`
    expect(await database.values(services)).toEqual(await database.values(subscriptions))
  })

  test('the seats of a usage report are those of its subscriptions', async () => {
    for (const dataset of ['DynamicsUsage', 'PowerBIUsage']) {
      const wrong = `
        SELECT count(*) FROM ${dataset} AS u LEFT JOIN SeatsSubscriptionsAndRevenue AS s
          ON s.SubscriptionId = u.SubscriptionId AND s.Month = u.Month AND s.MPNId = u.MPNId AND s.PartnerAttributionType = u.PartnerAttachType
        WHERE s.AvailableSeats IS DISTINCT FROM u.AvailableSeats OR s.AssignedSeats IS DISTINCT FROM u.AssignedSeats`
      expect([dataset, await database.count(wrong)]).toEqual([dataset, 0])
    }
  })

  test('nobody uses more than was bought', async () => {
    const checks = [
      'SELECT count(*) FROM DynamicsUsage WHERE ActiveSeats > AssignedSeats OR AssignedSeats > AvailableSeats',
      'SELECT count(*) FROM DynamicsUsage WHERE ActiveUsagePercent NOT BETWEEN 0 AND 100',
      'SELECT count(*) FROM OfficeUsage WHERE MonthlyActiveUsers > PaidAvailableUnits',
      'SELECT count(*) FROM EMSUsage WHERE IntuneMonthlyActiveUsers > MonthlyActiveUsers',
    ]
    for (const check of checks) expect([check, await database.count(check)]).toEqual([check, 0])
  })

  test('what is free costs nothing', async () => {
    const billed = `SELECT count(*) FROM DynamicsUsage WHERE FreeVsPaidSKU = 'Free' AND RevenueAmountUSD <> 0`
    expect(await database.count(billed)).toBe(0)
  })

  test('contributions of twelve months add up', async () => {
    const wrong = `
      SELECT count(*) FROM (
        SELECT TTMAggregate, Month, sum(MetricMonthlyContribution) OVER (
          PARTITION BY PartnerAccountId, CompetencyName, MetricName ORDER BY Month ROWS 11 PRECEDING) AS twelve_months
        FROM CompetencyPeformanceRequirement) WHERE Month >= DATE '2024-05-01' AND TTMAggregate <> twelve_months`
    expect(await database.count(wrong)).toBe(0)
  })
})

test('a row that the global account has twice is marked as a duplicate, once', async () => {
  const duplicates = `SELECT count(*) FROM SeatsSubscriptionsAndRevenue WHERE IsDuplicateRowForPGA`
  expect(await database.count(duplicates)).toBeGreaterThan(0)
  const keys = 'PartnerAccountId, SubscriptionId, Month'
  const twice = `SELECT count(*) - count(DISTINCT (${keys})) FROM SeatsSubscriptionsAndRevenue WHERE NOT IsDuplicateRowForPGA`
  expect(await database.count(twice)).toBe(0)
  const alone = `SELECT count(*) FROM SeatsSubscriptionsAndRevenue AS d WHERE IsDuplicateRowForPGA AND NOT EXISTS (
    SELECT 1 FROM SeatsSubscriptionsAndRevenue AS o WHERE NOT o.IsDuplicateRowForPGA AND (o.PartnerAccountId, o.SubscriptionId, o.Month) = (d.PartnerAccountId, d.SubscriptionId, d.Month))`
  expect(await database.count(alone)).toBe(0)
})

test('a subscription has a row for each month from its start to its end', async () => {
  const outside = `SELECT count(*) FROM SeatsSubscriptionsAndRevenue
    WHERE Month < SubscriptionStartMonth OR (SubscriptionState = 'Churned') <> (Month = date_trunc('month', SubscriptionEndDate) AND SubscriptionEndDate <= DATE '2024-06-15')`
  expect(await database.count(outside)).toBe(0)
  const gaps = `SELECT count(*) FROM (
    SELECT datediff('month', min(Month), max(Month)) + 1 - count(DISTINCT Month) AS gap FROM SeatsSubscriptionsAndRevenue
    GROUP BY PartnerAccountId, SubscriptionId) WHERE gap <> 0`
  expect(await database.count(gaps)).toBe(0)
})

test('customers and Azure usage go back 24 months, the rest 13', async () => {
  const oldest = async (dataset: string): Promise<readonly (string | null)[]> =>
    database.values(`SELECT min(Month)::VARCHAR FROM ${dataset}`)
  for (const dataset of ['CustomersAndTenants', 'AzureUsage']) expect(await oldest(dataset)).toEqual(['2022-07-01'])
  for (const dataset of ['SeatsSubscriptionsAndRevenue', 'OfficeUsage', 'DynamicsUsage', 'EMSUsage', 'PowerBIUsage']) {
    expect([dataset, await oldest(dataset)]).toEqual([dataset, ['2023-06-01']])
  }
})

test('a profile has one global account and its locations, the headquarters among them', async () => {
  expect(await database.count(`SELECT count(*) FROM Profile WHERE HierarchyLevel = 'Global'`)).toBe(accountCount)
  expect(await database.count('SELECT count(*) - count(DISTINCT MPNId) FROM Profile')).toBe(0)
  const small =
    'SELECT count(*) FROM (SELECT 1 FROM Profile GROUP BY PartnerAccountId HAVING count(*) NOT BETWEEN 3 AND 5)'
  expect(await database.count(small)).toBe(0)
})

test('columns that are empty at times are, and the propensity flags take both values', async () => {
  const sometimes = {
    SeatsSubscriptionsAndRevenue: ['EnrollmentNumber', 'ResellerID', 'ResellerName'],
    AzureUsage: ['ComputeOS', 'ComputeCoreSoftware', 'EnrollmentNumber'],
    TrainingCompletions: ['MCPID', 'ExpirationDate'],
    CLASAzurePropensity: ['State', 'ExistingWorkloads'],
  }
  for (const [dataset, columns] of Object.entries(sometimes)) {
    for (const column of columns) {
      const filled = await database.count(`SELECT count("${column}") / count(*) FROM ${dataset}`)
      expect([dataset, column, filled > 0 && filled < 1]).toEqual([dataset, column, true])
    }
  }
  for (const { name, columns } of catalog.datasetsOf('mpn').filter(({ name }) => name.startsWith('CLAS'))) {
    for (const column of columns.filter(({ type }) => type === 'boolean')) {
      const values = await database.count(`SELECT count(DISTINCT "${column.name}") FROM ${name}`)
      expect([name, column.name, values]).toEqual([name, column.name, 2])
    }
  }
})
