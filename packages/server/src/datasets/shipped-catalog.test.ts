import { fileURLToPath } from 'node:url'
import { checkQuery } from '@almanac/query'
import { describe, expect, test } from 'vitest'
import { loadCatalog } from './load-catalog.ts'
import { documentedSamples } from './testing/documented-samples.ts'

const catalog = await loadCatalog(fileURLToPath(new URL('../../catalog', import.meta.url)))
const datasets = catalog.datasetsOf('cmp')

function listed(name: string): readonly string[] {
  const columns = catalog.findDataset('cmp', name)?.columns ?? []
  return columns.filter(({ hidden }) => hidden !== true).map(({ name }) => name)
}

test('the marketplace has its nine documented datasets', () => {
  expect(catalog.programs).toEqual(['cmp', 'mpn'])
  expect(datasets.map(({ name }) => name)).toEqual([
    'ISVCustomer',
    'ISVLicense',
    'ISVMarketplaceInsights',
    'ISVOfferRetention',
    'ISVOrder',
    'ISVQualityOfService',
    'ISVRevenue',
    'ISVUsage',
    'ISVVMImageVersion',
  ])
})

test('ISVOrder lists what the documented answer lists, in its order', () => {
  const order = catalog.findDataset('cmp', 'ISVOrder')
  expect(listed('ISVOrder')).toEqual(
    `MarketplaceSubscriptionId MonthStartDate OfferType AzureLicenseType MarketplaceLicenseType SKU CustomerCountry
    IsPreviewSKU AssetId Quantity CloudInstanceName IsNewCustomer OrderStatus OrderCancelDate CustomerCompanyName
    OrderPurchaseDate OfferName IsPrivateOffer TermStartDate TermEndDate PurchaseRecordId PurchaseRecordLineItemId
    BilledRevenue Currency HasTrial IsTrial TrialEndDate OrderAction QuantityChanged EventTimestamp CustomerId
    BillingAccountId PlanId BillingTerm BillingPlan ReferenceId AutoRenew OrderVersion ListPriceUSD DiscountPriceUSD
    IsPrivatePlan OfferId PrivateOfferId PrivateOfferName BillingId Version CustomerAdjustmentUSD MultiParty
    PartnerInfo`.split(/\s+/),
  )
  expect(listed('ISVOrder')).toHaveLength(49)
  expect(order?.metrics).toEqual([])
  expect(order?.dateRanges).toEqual(['LAST_MONTH', 'LAST_3_MONTHS', 'LAST_6_MONTHS', 'LAST_1_YEAR', 'LIFETIME'])
  expect(order?.minimumRecurrenceIntervalHours).toBe(1)
})

test('ISVUsage lists what the documented dataset lists, in its order', () => {
  const usage = catalog.findDataset('cmp', 'ISVUsage')
  expect(listed('ISVUsage')).toEqual(
    `MarketplaceSubscriptionId MonthStartDate OfferType AzureLicenseType MarketplaceLicenseType SKU CustomerCountry
    IsPreviewSKU SKUBillingType VMSize CloudInstanceName OfferName IsPrivateOffer DeploymentMethod CustomerName
    CustomerCompanyName UsageDate IsNewCustomer CoreSize TrialEndDate CustomerCurrencyCC PriceCC PayoutCurrencyPC
    EstimatedPricePC UsageReference UsageUnit CustomerId BillingAccountId MeterDimension MeterId
    PartnerCenterDetectedAnomaly PublisherMarkedAnomaly NewReportedUsage ActionTakenAt ActionTakenBy PlanId ReferenceId
    ListPriceUSD DiscountedPriceUSD IsPrivatePlan OfferId PrivateOfferId PrivateOfferName BillingId PlanType
    CustomerAccess PublisherAccess CustomerAdjustmentUSD MultiParty PartnerInfo SalesNotes IsCustomMeter AssetId
    IsMultisolution VMSubscription`.split(/\s+/),
  )
  expect(usage?.metrics.map(({ name }) => name)).toEqual([
    'NormalizedUsage',
    'MeteredUsage',
    'RawUsage',
    'EstimatedExtendedChargeCC',
    'EstimatedExtendedChargePC',
    'EstimatedFinancialImpactUSD',
  ])
  expect(usage?.dateRanges).toEqual(['LAST_MONTH', 'LAST_3_MONTHS', 'LAST_6_MONTHS', 'LAST_1_YEAR', 'LAST_3_YEARS'])
})

test('each dataset belongs to an account, whose column no query sees', () => {
  for (const dataset of datasets) {
    const account = dataset.columns.find(({ name }) => name === dataset.accountColumn)
    expect(account).toMatchObject({ type: 'string', hidden: true })
    const query = `SELECT ${dataset.accountColumn} FROM ${dataset.name}`
    expect(checkQuery(query, { datasets, profile: 'open' })).toMatchObject({ ok: false })
  }
})

test('a dataset is found by its older name, in any case', () => {
  expect(catalog.findDataset('CMP', 'isvorderv2')?.name).toBe('ISVOrder')
  expect(catalog.findDataset('cmp', 'ISVOrders')).toBeUndefined()
  expect(catalog.findDataset('mpn', 'ISVOrder')).toBeUndefined()
})

test('the documented system queries are there, the one included whose id is no UUID', () => {
  const queries = catalog.systemQueriesOf('cmp')
  expect(queries).toHaveLength(10)
  expect(queries.map(({ id }) => id)).toContain('q9df4939-073f-5795-b0cb-v2c81d11e58d')
  for (const query of queries) {
    expect(query).toMatchObject({
      program: 'cmp',
      createdAt: Date.UTC(2022, 2, 30),
      text: expect.stringMatching(/^SELECT/),
    })
  }
})

describe('documented sample queries', () => {
  test.each(Object.entries(documentedSamples.wellFormed))('%s passes the strict profile', (_, text) => {
    const result = checkQuery(text, { datasets, profile: 'partner-center' })
    expect(result.ok ? [] : result.diagnostics.map(({ message }) => message)).toEqual([])
  })

  test.each(Object.entries(documentedSamples.malformed))('%s is refused', (_, text) => {
    expect(checkQuery(text, { datasets, profile: 'open' }).ok).toBe(false)
  })
})
