import { declareDataset } from './declare-dataset.ts'

export { mpnDatasets } from './mpn-datasets.ts'

/** The datasets of the marketplace, as far as documented queries use them. Types are ours. */
export const cmpDatasets = [
  declareDataset({
    name: 'ISVOrder',
    nameAliases: ['ISVOrderV2'],
    dateColumn: 'OrderPurchaseDate',
    columns: `MarketplaceSubscriptionId MonthStartDate OfferType AzureLicenseType MarketplaceLicenseType SKU CustomerCountry
      IsPreviewSKU AssetId Quantity CloudInstanceName IsNewCustomer OrderStatus OrderCancelDate CustomerCompanyName
      OrderPurchaseDate OfferName IsPrivateOffer TermStartDate TermEndDate PurchaseRecordId PurchaseRecordLineItemId
      BilledRevenue Currency HasTrial IsTrial TrialEndDate OrderAction QuantityChanged EventTimestamp CustomerId
      BillingAccountId PlanId BillingTerm BillingPlan ReferenceId AutoRenew OrderVersion ListPriceUSD DiscountPriceUSD
      IsPrivatePlan OfferId PrivateOfferId PrivateOfferName BillingId Version CustomerAdjustmentUSD MultiParty PartnerInfo`,
    types: {
      date: 'MonthStartDate OrderCancelDate OrderPurchaseDate TermStartDate TermEndDate TrialEndDate',
      timestamp: 'EventTimestamp',
      integer: 'Quantity QuantityChanged OrderVersion',
      decimal: 'BilledRevenue ListPriceUSD DiscountPriceUSD CustomerAdjustmentUSD',
    },
    booleans: {
      IsPreviewSKU: 'Yes/No',
      IsNewCustomer: 'Yes/No',
      IsPrivateOffer: '1/0',
      IsPrivatePlan: '1/0',
      MultiParty: '1/0',
      HasTrial: 'True/False',
      IsTrial: 'True/False',
      AutoRenew: 'TRUE/FALSE',
    },
    hidden: 'BilledToName',
    columnAliases: {
      OrderId: 'AssetId',
      OrderQuantity: 'Quantity',
      CustomerName: 'BilledToName',
      IsTrialDeployment: 'IsTrial',
      EstimatedCharges: 'BilledRevenue',
    },
  }),
  declareDataset({
    name: 'ISVUsage',
    dateColumn: 'UsageDate',
    dateRanges: ['LAST_MONTH', 'LAST_3_MONTHS', 'LAST_6_MONTHS', 'LAST_1_YEAR', 'LAST_3_YEARS'],
    columns: `MarketplaceSubscriptionId MonthStartDate OfferType AzureLicenseType MarketplaceLicenseType SKU CustomerCountry
      IsPreviewSKU SKUBillingType VMSize CloudInstanceName OfferName IsPrivateOffer DeploymentMethod CustomerName
      CustomerCompanyName UsageDate IsNewCustomer CoreSize TrialEndDate CustomerCurrencyCC PriceCC PayoutCurrencyPC
      EstimatedPricePC UsageReference UsageUnit CustomerId BillingAccountId MeterDimension MeterId
      PartnerCenterDetectedAnomaly PublisherMarkedAnomaly NewReportedUsage ActionTakenAt ActionTakenBy PlanId ReferenceId
      ListPriceUSD DiscountedPriceUSD IsPrivatePlan OfferId PrivateOfferId PrivateOfferName BillingId PlanType
      CustomerAccess PublisherAccess CustomerAdjustmentUSD MultiParty PartnerInfo SalesNotes IsCustomMeter AssetId
      IsMultisolution VMSubscription`,
    types: {
      date: 'MonthStartDate UsageDate TrialEndDate',
      timestamp: 'ActionTakenAt',
      integer: 'CoreSize',
      decimal: 'PriceCC EstimatedPricePC NewReportedUsage ListPriceUSD DiscountedPriceUSD CustomerAdjustmentUSD',
    },
    booleans: {
      IsPreviewSKU: 'Yes/No',
      IsNewCustomer: 'Yes/No',
      IsPrivateOffer: '1/0',
      IsPrivatePlan: '1/0',
      MultiParty: '1/0',
    },
    hidden: 'Internal PlanDisplayName',
    sums: `NormalizedUsage MeteredUsage RawUsage EstimatedExtendedChargeCC EstimatedExtendedChargePC
      EstimatedFinancialImpactUSD`,
    columnAliases: {
      IsInternal: 'Internal',
      ServicePlanName: 'PlanDisplayName',
      'EstimatedExtendedCharge(CC)': 'EstimatedExtendedChargeCC',
    },
  }),
  declareDataset({
    name: 'ISVCustomer',
    dateColumn: 'DateAcquired',
    columns: `MarketplaceSubscriptionId DateAcquired DateLost IsActive ProviderName ProviderEmail FirstName LastName Email
      CustomerCompanyName CustomerCity CustomerPostalCode CustomerCommunicationCulture CustomerCountryRegion
      AzureLicenseType PromotionalCustomers CustomerState CommerceRootCustomer CustomerId BillingAccountId CustomerType
      OfferName PlanId SKU lastModifiedAt`,
    types: { date: 'DateAcquired DateLost', timestamp: 'lastModifiedAt' },
    booleans: { IsActive: '1/0', PromotionalCustomers: 'Yes/No' },
    hidden: 'RowId',
    columnAliases: { ID: 'RowId' },
  }),
  declareDataset({
    name: 'ISVMarketplaceInsights',
    dateColumn: 'Date',
    columns: `Date OfferName ReferralDomain CountryName PageVisits GetItNow ContactMe TestDrive FreeTrial ConsentGiven
      Campaign Site`,
    types: { date: 'Date', integer: 'PageVisits GetItNow ContactMe TestDrive FreeTrial ConsentGiven' },
  }),
  declareDataset({
    name: 'ISVRevenue',
    dateColumn: 'MonthStartDate',
    columns: `AssetId SalesChannel BillingAccountId CustomerCity CustomerCompanyName CustomerCountry CustomerEmail
      CustomerId CustomerName CustomerState EarningAmountCC EarningAmountPC EarningAmountUSD EarningCurrencyCode
      EarningExchangeRatePC EstimatedPayoutMonth Revenue EstimatedRevenuePC EstimatedRevenueUSD ExchangeRateDate
      ExchangeRatePC ExchangeRateUSD PayoutStatus IncentiveRate TrialDeployment LineItemId MonthStartDate OfferName
      OfferType PaymentInstrumentType PaymentSentDate PurchaseRecordId Quantity SKU TermEndDate TermStartDate
      TransactionAmountCC TransactionAmountPC TransactionAmountUSD BillingModel Units`,
    types: {
      date: 'EstimatedPayoutMonth ExchangeRateDate MonthStartDate PaymentSentDate TermEndDate TermStartDate',
      decimal: `EarningAmountCC EarningAmountPC EarningAmountUSD EarningExchangeRatePC Revenue EstimatedRevenuePC
        EstimatedRevenueUSD ExchangeRatePC ExchangeRateUSD IncentiveRate Quantity TransactionAmountCC
        TransactionAmountPC TransactionAmountUSD`,
    },
    booleans: { TrialDeployment: 'True/False' },
  }),
  declareDataset({
    name: 'ISVOfferRetention',
    dateColumn: 'FirstUsageDate',
    columns: `OfferCategory OfferName ProductId Sku SkuBillingType CustomerId CustomerName CustomerCompanyName
      CustomerCountryName CustomerCountryCode CustomerCurrencyCode FirstUsageDate AzureLicenseType OfferType Offset`,
    types: { date: 'FirstUsageDate', integer: 'Offset' },
    hidden: 'DeploymentKind',
    sums: 'RevenueGenerated(USD) RevenueGeneratedPerDay(USD)',
    columnAliases: { DeploymentMethod: 'DeploymentKind', ServicePlanName: 'Sku' },
  }),
  declareDataset({
    name: 'ISVQualityOfService',
    dateColumn: 'StartTime',
    columns: `OfferId Sku DeploymentStatus DeploymentCorrelationId SubscriptionId CustomerTenantId CustomerName TemplateType
      StartTime EndTime DeploymentDurationInMilliSeconds DeploymentRegion ResourceProvider ResourceUri ResourceGroup
      ResourceType ResourceName ErrorCode ErrorName ErrorMessage DeepErrorCode DeepErrorMessage`,
    types: { timestamp: 'StartTime EndTime', integer: 'DeploymentDurationInMilliSeconds' },
  }),
]
