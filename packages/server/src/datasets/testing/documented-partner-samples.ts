/** Queries on the partner program's datasets in the service's documentation, word for word; the last few wrap a fragment. */
export const documentedPartnerSamples = {
  wellFormed: {
    'SPEC-1': 'SELECT CustomerTenantId, PaidAvailableUnits FROM OfficeUsage TIMESPAN LAST_MONTH',
    'SPEC-2': 'SELECT CustomerTenantId, PaidAvailableUnits FROM OfficeUsage ORDER BY PaidAvailableUnits LIMIT 10',
    'SPEC-3':
      'SELECT CustomerTenantId, PaidAvailableUnits, MonthlyActiveUsers FROM OfficeUsage WHERE MonthlyActiveUsers > 100000 ORDER BY MonthlyActiveUsers TIMESPAN LAST_6_MONTHS',
    'SPEC-4':
      "SELECT CustomerTenantId, Month, MonthlyActiveUsers FROM OfficeUsage WHERE CustomerTpId IN ('2a31c234-1f4e-4c60-909e-76d234f93161', '80780748-3f9a-11eb-b378-0242ac130002')",
    M1: `SELECT CustomerName, CustomerTpid, Product
FROM CustomersAndTenants
WHERE CustomerMarket='United States' TIMESPAN LAST_MONTH`,
    M2: `SELECT CustomerName, CustomerTpid, SKU, Month, BilledRevenueUSD
FROM CustomersAndTenants
WHERE SKU='MICROSOFT 365 BUSINESS STANDARD' AND BilledRevenueUSD>20000 TIMESPAN LAST_6_MONTHS`,
    M3: `SELECT CustomerName, CustomerTpid, Product, AvailableSeats
FROM CustomersAndTenants ORDER BY AvailableSeats DESC LIMIT 10 TIMESPAN LAST_MONTH`,
    M4: `SELECT MPNId, PartnerName
FROM Profile
WHERE Country='United States'`,
    M5: `SELECT MPNId, PartnerName, PGAPartnerID
FROM Profile
WHERE PGAMpnID='1001xx'`,
    M6: `SELECT ResellerMpnId, ResellerName
FROM ResellerPerformance
WHERE ResellerMarket='US' TIMESPAN LAST_MONTH`,
    M7: `SELECT ResellerMpnId, ResellerName, CustomerCount, SubscriptionCount, TotalAvailableSeats, TotalAssignedSeats, TotalRevenue
FROM ResellerPerformance
WHERE ResellerMpnId='1051xxx'`,
    M8: `SELECT ResellerMpnId, ResellerName, TotalRevenue
FROM ResellerPerformance
ORDER BY TotalRevenue
LIMIT 10
TIMESPAN LAST_MONTH`,
    M9: `SELECT SubscriptionId, SubscriptionEndDate, CustomerName, CustomerTpid, Product
FROM SeatsSubscriptionsAndRevenue
WHERE IsAutoRenew='N' TIMESPAN LAST_MONTH`,
    M10: `SELECT SubscriptionId, SubscriptionEndDate, CustomerName, CustomerTpid, Product
FROM SeatsSubscriptionsAndRevenue
WHERE SubscriptionState='Disabled' TIMESPAN LAST_MONTH`,
    M12: `SELECT SubscriptionId, CustomerName, Month, UsageUnits, UsageQuantity, TotalACR
FROM AzureUsage
WHERE MeterCategory='Azure DNS'
TIMESPAN LAST_6_MONTHS`,
    M13: `SELECT SubscriptionId, ServiceName, CustomerName, Month, UsageUnits, UsageQuantity, TotalACR
FROM AzureUsage
WHERE TotalACR>20000 TIMESPAN LAST_6_MONTHS`,
    'FIRST CALL': 'SELECT SubscriptionId from DynamicsUsage ',
    'FIRST REPORT':
      'SELECT CustomerName, Product, BilledRevenueUSD FROM CustomersAndTenants ORDER BY BilledRevenueUSD LIMIT 10 TIMESPAN LAST_MONTH',
    'NO SUCH FORM':
      "SELECT CustomerTenantId, CustomerTpid, WorkloadName, Month, MonthlyActiveUsers FROM OfficeUsage WHERE IsDuplicateRowForPGA = 'False' ORDER BY CustomerTenantId DESC",
    'OF 2022':
      'SELECT PGAMpnId,TrainingActivityId,TrainingTitle,TrainingType,IndividualFirstName,IndividualLastName,Email,CorpEmail,TrainingCompletionDate,ExpirationDate,ActivationStatus,Month,IcMCP,MCPID,MPNId,PartnerName,PartnerCityLocation,PartnerCountryLocation FROM TrainingCompletions TIMESPAN LAST_6_MONTHS',
    // M11 with a number in place of the documented placeholder.
    COUNTS:
      'SELECT MPNId, SubscriptionCount, TotalSoldSeats, BilledRevenueUSD, CustomerCount FROM SeatsSubscriptionsAndRevenue WHERE MPNId=1000001 TIMESPAN LAST_6_MONTHS',
    DISTINCT: 'SELECT DISTINCT CustomerTenantId FROM OfficeUsage',
    'TENANT WITHOUT BLANK':
      "SELECT CustomerName FROM OfficeUsage WHERE CustomerTenantId= '868368da-957d-4959-8992-3c12dc7e6260'",
    LIKE: "SELECT CustomerTenantId FROM OfficeUsage WHERE CustomerName LIKE '%Contoso%'",
    ORDER:
      'SELECT CustomerTenantId, Month, MonthlyActiveUsers FROM OfficeUsage ORDER BY MonthlyActiveUsers ASC, Month DESC',
  },
  malformed: {
    M11: `SELECT MPNId, SubscriptionCount, TotalSoldSeats, BilledRevenueUSD, CustomerCount
FROM SeatsSubscriptionsAndRevenue
WHERE MPNId=6096xxx TIMESPAN LAST_6_MONTHS`,
  },
} as const
