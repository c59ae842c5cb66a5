import { fileURLToPath } from 'node:url'
import { checkQuery } from '@almanac/query'
import { describe, expect, test } from 'vitest'
import { loadCatalog } from './load-catalog.ts'
import { documentedPartnerSamples } from './testing/documented-partner-samples.ts'

const catalog = await loadCatalog(fileURLToPath(new URL('../../catalog', import.meta.url)))
const datasets = catalog.datasetsOf('mpn')
const allRanges = ['LAST_MONTH', 'LAST_3_MONTHS', 'LAST_6_MONTHS', 'LAST_1_YEAR', 'LIFETIME']

function listed(name: string): readonly string[] {
  const columns = catalog.findDataset('mpn', name)?.columns ?? []
  return columns.filter(({ hidden }) => hidden !== true).map(({ name }) => name)
}

function metricsOf(name: string): readonly string[] {
  return catalog.findDataset('mpn', name)?.metrics.map((metric) => metric.name) ?? []
}

function mistakesOf(text: string): readonly string[] {
  const result = checkQuery(text, { datasets, profile: 'partner-center' })
  return result.ok ? [] : result.diagnostics.map(({ message }) => message)
}

test('the partner program has the datasets that its documents name', () => {
  expect(datasets.map(({ name }) => name)).toEqual([
    'AzureUsage',
    'CLASAgreementRenewalsPropensity',
    'CLASAzurePropensity',
    'CLASD365Propensity',
    'CLASM365Propensity',
    'CLASSurfacePropensity',
    'CloudProductsResellerPerformance',
    'CompetencyPeformanceRequirement',
    'CompetencySummaryHistory',
    'CustomersAndTenants',
    'DynamicsUsage',
    'EMSUsage',
    'MSLearn',
    'OfficeUsage',
    'PowerBIUsage',
    'Profile',
    'ResellerPerformance',
    'SeatsSubscriptionsAndRevenue',
    'TeamsUsage3PApps',
    'TeamsUsageMeetingsAndCalls',
    'TeamsUsageWorkload',
    'TrainingCompletions',
  ])
})

test('OfficeUsage lists what the documented dataset lists, in its order', () => {
  expect(listed('OfficeUsage')).toEqual(
    `CustomerTenantId CustomerTpid WorkloadName Month PaidAvailableUnits MonthlyActiveUsers CustomerName CustomerMarket
    CustomerSegment MPNId PartnerName PartnerLocationID PartnerAttributionType IsDuplicateRowForPGA`.split(/\s+/),
  )
  expect(metricsOf('OfficeUsage')).toEqual([
    'CustomerCount',
    'CustomerTenantCount',
    'TotalPaidAvailableUnits',
    'TotalMonthlyActiveUsers',
  ])
})

test('DynamicsUsage lists what the documented dataset lists, in its order', () => {
  expect(listed('DynamicsUsage')).toEqual(
    `PGAMpnId SubscriptionId SubscriptionStartDate SubscriptionEndDate SubscriptionStatus Month RevSumDivisionName
    RevSumCategoryName SKU SKUId FreeVsPaidSKU SalesModel DetailedSalesModel CustomerName CustomerTenantId CustomerTpid
    CustomerSegment CustomerMarket MPNId PartnerName PartnerLocation PartnerAttachType AvailableSeats AssignedSeats
    ActiveSeats DeploymentOpportunity ActiveUsagePercent`.split(/\s+/),
  )
  expect(metricsOf('DynamicsUsage')).toEqual([
    'SubscriptionCount',
    'TotalAssignedSeats',
    'TotalSoldSeats',
    'TotalActiveSeats',
    'TotalRevenueAndACR',
    'CustomerCount',
    'CustomerTenantCount',
  ])
})

test('reports on them run once a day at most, over the documented ranges; without dates there is only LIFETIME', () => {
  for (const { name, minimumRecurrenceIntervalHours, dateColumn, dateRanges } of datasets) {
    expect([name, minimumRecurrenceIntervalHours]).toEqual([name, 24])
    expect([name, dateRanges]).toEqual([name, dateColumn === undefined ? ['LIFETIME'] : allRanges])
  }
  const undated = datasets.filter(({ dateColumn }) => dateColumn === undefined).map(({ name }) => name)
  expect(undated).toEqual([
    ...datasets.filter(({ name }) => name.startsWith('CLAS')).map(({ name }) => name),
    'Profile',
  ])
})

test('each dataset belongs to an account, whose column no query sees, and says what its columns are', () => {
  for (const dataset of datasets) {
    const account = dataset.columns.find(({ name }) => name === dataset.accountColumn)
    expect(account).toMatchObject({ type: 'string', hidden: true })
    const query = `SELECT ${dataset.accountColumn} FROM ${dataset.name}`
    expect(checkQuery(query, { datasets, profile: 'open' })).toMatchObject({ ok: false })
    for (const { name, description } of [...dataset.columns, ...dataset.metrics]) {
      expect([dataset.name, name, description]).toEqual([dataset.name, name, expect.stringMatching(/\.$/)])
    }
  }
})

test('names that other pages spell otherwise are found too', () => {
  expect(catalog.findDataset('mpn', 'CompetencyPerformanceRequirement')?.name).toBe('CompetencyPeformanceRequirement')
  for (const query of [
    'SELECT PartnerLocation FROM OfficeUsage',
    'SELECT PGAPartnerID, PartnerID FROM OfficeUsage',
    'SELECT PartnerLocationID FROM DynamicsUsage',
    'SELECT PartnerLocation, PartnerAttributionType FROM EMSUsage',
    'SELECT AllUpParticipants, AllUpPartiticipants FROM TeamsUsageWorkload',
    'SELECT Country, CustomerMarket FROM MSLearn',
  ]) {
    expect(mistakesOf(query)).toEqual([])
  }
})

test('the documented system queries are there, the two included that later editions dropped', () => {
  const queries = catalog.systemQueriesOf('mpn')
  expect(queries).toHaveLength(21)
  expect(new Set(queries.map(({ id }) => id)).size).toBe(21)
  expect(queries.map(({ id }) => id)).toContain('6664daf3-c161-423a-92a1-0ea6db2c0384')
  expect(queries.filter(({ createdAt }) => createdAt === Date.UTC(2021, 6, 1)).map(({ id }) => id)).toEqual([
    '3a0e1adc-f5c1-42ac-9422-8e944bf81ae5',
    'fddab2aa-523d-47f6-90fe-588557306db4',
  ])
  for (const { name, text } of queries) expect([name, mistakesOf(text)]).toEqual([name, []])
})

test('each dataset is one that a documented query selects from', () => {
  const texts = [
    ...catalog.systemQueriesOf('mpn').map(({ text }) => text),
    ...Object.values(documentedPartnerSamples.wellFormed),
  ]
  const used = new Set(texts.map((text) => /from\s+(\w+)/i.exec(text)?.[1]))
  expect(used).toEqual(new Set(datasets.map(({ name }) => name)))
})

describe('documented sample queries', () => {
  test.each(Object.entries(documentedPartnerSamples.wellFormed))('%s passes the strict profile', (_, text) => {
    expect(mistakesOf(text)).toEqual([])
  })

  test.each(Object.entries(documentedPartnerSamples.malformed))('%s is refused', (_, text) => {
    expect(checkQuery(text, { datasets, profile: 'open' }).ok).toBe(false)
  })
})
