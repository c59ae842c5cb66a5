import { declareDataset } from './declare-dataset.ts'

/** The datasets of the partner programme, as far as documented queries use them. Types are ours. */
export const mpnDatasets = [
  declareDataset({
    name: 'CustomersAndTenants',
    dateColumn: 'Month',
    columns: `PGAMpnId MPNId PartnerName CustomerName CustomerTpid DUNSNumber CustomerSegment TopSegment CustomerMarket
      CustomerStatus CustomerTenantId CustomerTenantName CustomerTenantCountry TenantDomainName Product
      RawProductName ProductPartNumber SKU Month PartnerLocationID PartnerAttributionType SalesChannel
      IsDuplicateRowForPGA AvailableSeats`,
    types: {
      date: 'Month',
      integer: 'AvailableSeats',
    },
    booleans: { IsDuplicateRowForPGA: '1/0' },
    sums: 'BilledRevenueUSD AzureConsumedRevenueUSD',
  }),
  declareDataset({
    name: 'SeatsSubscriptionsAndRevenue',
    dateColumn: 'Month',
    columns: `PGAMpnId MPNId SubscriptionId SubscriptionStartDate SubscriptionEndDate SubscriptionState Month IsAutoRenew
      CustomerName CustomerTenantId CustomerTpid DUNSNumber CustomerSegment TopSegment CustomerMarket ProductFamily
      ReportingProductName Product RawProductName ProductPartNumber SKU RevSumDivisionName PartnerName SolutionArea
      PartnerLocationID PartnerAttributionType SalesChannel PricingLevel EnrollmentNumber IsDuplicateRowForPGA
      SubscriptionStartMonth`,
    types: {
      date: 'SubscriptionStartDate SubscriptionEndDate Month SubscriptionStartMonth',
    },
    booleans: { IsAutoRenew: 'Yes/No', IsDuplicateRowForPGA: '1/0' },
    sums: 'SubscriptionCount TotalSoldSeats TotalAssignedSeats BilledRevenueUSD AzureConsumedRevenueUSD CustomerCount',
  }),
  declareDataset({
    name: 'Profile',
    dateRanges: [],
    columns: 'MPNId PartnerName PGA_MPNId PGA_PartnerName City Country HierarchyLevel PGAPartnerID PGAMpnID',
  }),
  declareDataset({
    name: 'AzureUsage',
    dateColumn: 'Month',
    columns: `PGAMpnId SubscriptionId SubscriptionStartDate SubscriptionEndDate FirstUseDate SubscriptionState Month
      ServiceName MeterCategory UsageUnits UsageQuantity CustomerName CustomerTenantId CustomerTpid CustomerSegment
      CustomerMarket MPNId PartnerName PartnerLocationID PartnerAttributionType SalesChannel EnrollmentNumber
      IsACRDuplicateAtPGALevel ResellerID ResellerName`,
    types: {
      date: 'SubscriptionStartDate SubscriptionEndDate FirstUseDate Month',
      decimal: 'UsageQuantity',
    },
    booleans: { IsACRDuplicateAtPGALevel: '1/0' },
    sums: 'MonthlySubscriptionLevelACR TotalACR',
  }),
  declareDataset({
    name: 'OfficeUsage',
    dateColumn: 'Month',
    columns: `CustomerTenantId CustomerTpid WorkloadName Month PaidAvailableUnits MonthlyActiveUsers CustomerName
      CustomerMarket CustomerSegment MPNId PartnerName PartnerLocationID PartnerAttributionType IsDuplicateRowForPGA`,
    types: {
      date: 'Month',
      integer: 'PaidAvailableUnits MonthlyActiveUsers',
    },
    booleans: { IsDuplicateRowForPGA: '1/0' },
    sums: 'CustomerCount CustomerTenantCount TotalPaidAvailableUnits TotalMonthlyActiveUsers',
  }),
  declareDataset({
    name: 'DynamicsUsage',
    dateColumn: 'Month',
    columns: `SubscriptionId SubscriptionStartDate SubscriptionEndDate SubscriptionStatus Month RevSumDivisionName
      RevSumCategoryName SKU SKUId FreeVsPaidSKU SalesModel DetailedSalesModel CustomerName CustomerTenantId
      CustomerTpid CustomerSegment CustomerMarket MPNId PartnerName PartnerLocationID PartnerAttachType
      AvailableSeats AssignedSeats ActiveSeats DeploymentOpportunity ActiveUsagePercent PGAMpnId PartnerLocation`,
    types: {
      date: 'SubscriptionStartDate SubscriptionEndDate Month',
      integer: 'AvailableSeats AssignedSeats ActiveSeats DeploymentOpportunity',
      decimal: 'ActiveUsagePercent',
    },
    sums: `SubscriptionCount TotalAssignedSeats TotalSoldSeats TotalActiveSeats TotalRevenueAndACR CustomerCount
      CustomerTenantCount`,
  }),
  declareDataset({
    name: 'PowerBIUsage',
    dateColumn: 'Month',
    columns: `SubscriptionId SubscriptionStartDate SubscriptionEndDate SubscriptionStatus Month SKU SKUId FreeVsPaidSKU
      SalesModel DetailedSalesModel CustomerName CustomerTenantId CustomerTpid CustomerSegment CustomerMarket MPNId
      PartnerName PartnerLocationID PartnerAttachType PartnerHierarchy AvailableSeats AssignedSeats ActiveSeats
      DeploymentOpportunity ActiveUsagePercent`,
    types: {
      date: 'SubscriptionStartDate SubscriptionEndDate Month',
      integer: 'AvailableSeats AssignedSeats ActiveSeats DeploymentOpportunity',
      decimal: 'ActiveUsagePercent',
    },
  }),
  declareDataset({
    name: 'EMSUsage',
    dateColumn: 'Month',
    columns: `SubscriptionId SubscriptionStartDate SubscriptionEndDate SubscriptionStatus Month SKU SKUId FreeVsPaidSKU
      SalesModel DetailedSalesModel CustomerName CustomerTenantId CustomerTpid CustomerSegment CustomerMarket MPNId
      PartnerName PartnerLocationID PartnerAttachType PartnerHierarchy PaidAvailableUnits MonthlyActiveUsers
      AADPPaidAvailableUnits IntunePaidAvailableUnits AzipPaidAvailableUnits AADPMonthlyActiveUsers
      IntuneMonthlyActiveUsers AzipMonthlyActiveUsers`,
    types: {
      date: 'SubscriptionStartDate SubscriptionEndDate Month',
      integer: `PaidAvailableUnits MonthlyActiveUsers AADPPaidAvailableUnits IntunePaidAvailableUnits AzipPaidAvailableUnits
        AADPMonthlyActiveUsers IntuneMonthlyActiveUsers AzipMonthlyActiveUsers`,
    },
  }),
  declareDataset({
    name: 'CloudProductsResellerPerformance',
    dateColumn: 'Month',
    columns: `ResellerMpnId ResellerName ResellerMarket IndirectProviderMPNId IndirectProviderName Month Product
      SubscriptionID AvailableSeats AssignedSeats CustomerName CustomerTPid CustomerSegment CustomerMarket
      ResellerStatus`,
    types: {
      date: 'Month',
      integer: 'AvailableSeats AssignedSeats',
    },
    sums: 'BilledRevenueUSD',
  }),
  declareDataset({
    name: 'CLASAgreementRenewalsPropensity',
    dateRanges: [],
    columns: `MPNID PartnerName CustomerID DUNSNumber AccountName Domain OrgSize Industry Vertical Area Subsidiary
      SalesTerritory City State PostalCode Country Segment SubSegment SMCTypeSummary IsNonProfit HasGoogle HasAWS
      AzureCluster D365FOCluster D365CECluster D365BCCluster M365Cluster PowerAppsCluster LicenseProgram AgreementID
      AgreementEndDate ExpirationType ExpiringRevenue HasEA HasOpen M365UpsellCustomer RevSumDivisionName
      TransactedInTheLast36Months`,
    types: {
      date: 'AgreementEndDate',
      decimal: 'ExpiringRevenue',
    },
  }),
  declareDataset({
    name: 'TeamsUsage3PApps',
    dateColumn: 'DateKey',
    columns: 'CustomerId CustomerTenantId CustomerName CustomerCountry DateKey AppName UserCount',
    types: {
      date: 'DateKey',
      integer: 'UserCount',
    },
  }),
  declareDataset({
    name: 'TeamsUsageWorkload',
    dateColumn: 'MonthKey',
    columns: 'CustomerId CustomerTenantId MonthKey SubWorkload DesktopUsers WebUsers MobileUsers AllUpPartiticipants',
    types: {
      date: 'MonthKey',
      integer: 'DesktopUsers WebUsers MobileUsers AllUpPartiticipants',
    },
  }),
  declareDataset({
    name: 'TeamsUsageMeetingsAndCalls',
    dateColumn: 'DateKey',
    columns: 'CustomerId CustomerTenantId DateKey SubWorkload MeetingCount MeetingDuration',
    types: {
      date: 'DateKey',
      integer: 'MeetingCount',
      decimal: 'MeetingDuration',
    },
  }),
  declareDataset({
    name: 'TrainingCompletions',
    dateColumn: 'Month',
    columns: `TrainingActivityId TrainingTitle TrainingType AADUserId TrainingCompletionDate Month IcMCP MCPID MPNID
      PartnerName PartnerCityLocation PartnerCountryLocation PGAMpnId IndividualFirstName IndividualLastName Email
      CorpEmail ExpirationDate ActivationStatus`,
    types: {
      date: 'TrainingCompletionDate Month ExpirationDate',
    },
  }),
  declareDataset({
    name: 'MSLearn',
    dateColumn: 'CompletionDate',
    columns: 'UserName UserId TrainingName TrainingType Products Roles CompletionDate MPNId PartnerName CustomerMarket',
    types: {
      date: 'CompletionDate',
    },
  }),
  declareDataset({
    name: 'CLASAzurePropensity',
    dateRanges: [],
    columns: `MPNID PartnerName CustomerID DUNSNumber AccountName Domain OrgSize Industry Vertical Area Subsidiary
      SalesTerritory City State PostalCode Country Segment SubSegment SMCTypeSummary IsNonProfit
      DataAIInnovatewithAIandcloudscaledatabasesineveryappBuildnewintelligentcloudnativeapplications
      DataAIMigrateandmodernizeyourdatacenterSQLServerIBCurrentVersion
      DataAIMigrateandmodernizeyourdatacenterSQLServerIBEOS
      DataAIMigrateandmodernizeyourdatacenterSQLServer2012IBEOS
      DataAIMigrateandmodernizeyourdatacenterHomogenousmigrationofPostgreSQLandMySQLtoAzure
      DataAIMigrateandmodernizeyourdatacenterMigrateSQLServertoAzureSQLManagedInstanceandVMs
      RealtimeanalyticswithSynapseLinkPBIforlandeddataplatformworkloads
      DataAIPowerbusinessdecisionswithCloudScaleAnalyticsMigrationOnPremDWMigrationtoAzureSynapse
      DataAIPowerbusinessdecisionswithCloudScaleAnalyticsMigrationOnPremHadoopMigrationtoAzureDatabricks
      NetNewWinNewAnalyticUseCaseswithSynapseandPBIandAML
      DigitalAppInnovationAccelerateinnovationwithLowCodeBuildandmodernizelineofbusinessapplications
      AcceleratesoftwaredeliverythroughDevSecOpswithGitHubandVisualStudio
      DigitalAppInnovationEnabledeveloperproductivityandAccelerateDeliveryDrivedeveloperengagement
      BuildcloudnativeappswithKubernetesServerlessanddataModernizeAppswAKS
      BuildcloudnativeappswithKubernetesServerlessanddataModernizeAppswRHOpenShiftHighConsumingLinuxIBISV
      DigitalAppInnovationInnovateandscalewithcloudnativeappsDrivedeveloperengagement
      DigitalAppInnovationModernizeenterpriseapplicationsModernizeNETappswithdata
      DigitalAppInnovationModernizeenterpriseapplicationsModernizeJavaappswithdata HighPropensityHighPropensity
      DevelopoperateandsecurewithAzureArcArcenabledservicesandAzureStackHCI
      InfraMigrateandModernizeyourInfrastructureandworkloadsAttachMonitorStorageNetworkingandSecurity
      InfraMigrateandModernizeyourInfrastructureandworkloadsWindowsServerIBCurrentVersion
      InfraMigrateandModernizeyourInfrastructureandworkloadsWindowsServerIBEOS
      InfraMigrateandModernizeyourInfrastructureandworkloadsWindowsServer2012IBEOS
      InfraMigrateandModernizeyourInfrastructureandworkloadsMigrateandmodernizeLinuxOSSDBtoAzure
      InfraMigrateandModernizeyourInfrastructureandworkloadsMigrateandmodernizeVMwaretoAVS
      InfraMigrateandModernizeyourInfrastructureandworkloadsMigrateandmodernizeWindowsServerSQLtoAzure
      InfraMigrateandModernizeyourInfrastructureandworkloadsModernizeVDItoAVDMigrateCitrixIB
      InfraMigrateandModernizeyourInfrastructureandworkloadsModernizeVDItoAVDMigrateVMWareIB
      InfraMigrateandModernizeyourInfrastructureandworkloadsModernizeVDItoAVDCrossSellMWtoAzureWVD
      InfraMigrateandModernizeyourInfrastructureandworkloadsModernizeVDItoAVDRDSIB
      InfraModernizeSAPontheMicrosoftCloudExtendandinnovateSAPwithMicrosoftCloudservices
      InfraModernizeSAPontheMicrosoftCloudMigrateandmodernizetoS4HANAviaRISEwithSAPorAzurenative
      ExtendEdgeInferencingwithcloudbasedmodeltrainingusingAzureAIInfrastructure
      InfraModernizeyourworkloadswithAzureatanyscalewithHPCAIExtendtoAVDworkloadsrequiringGPUrendering
      InfraModernizeyourworkloadswithAzureatanyscalewithHPCAIModernizeHPCworkloadswithAzureHPCAI
      AttachAzureBackupandASRtoeveryproductionVMnewandgoback
      InfraProtectyourdataandensurebusinessresiliencywithBCDRBackuponpremdataandSaaSdatatoAzure
      SecurityDefendAgainstThreatswithSIEMXDRDriveSIEMXDRtomodernizesecurityopcenter
      SecuritySecureMultiCloudInfrastructureCloudworkloadprotectionDefenderAttachinWindowsMigration
      SecuritySecureMultiCloudInfrastructureCloudworkloadprotectionWellArchitectedSecurityGoBack AzureFit
      AzureIntent AzureCluster WindowsServerDataCenter_HasOpenRenewal WindowsServerStandard_HasOpenRenewal HasGoogle
      HasAWS HasEA HasOpen NumberofExistingWorkloads ExistingWorkloads NumberofRecommendedWorkloads
      RecommendedWorkloads Transactedinthelast36months`,
    types: {
      integer: 'NumberofExistingWorkloads NumberofRecommendedWorkloads',
    },
  }),
  declareDataset({
    name: 'CLASD365Propensity',
    dateRanges: [],
    columns: `MPNID PartnerName CustomerID DUNSNumber AccountName Domain OrgSize Industry Vertical Area Subsidiary
      SalesTerritory City State PostalCode Country Segment SubSegment SMCTypeSummary IsNonProfit
      AccelerateInnovationwithLowCodeDynamicsCompeteBaseMendixOutsystemsSalesforcePowerAppsPowerAutomateModel
      ConnectedSalesMarketingUnlockDatatoMaximizeSalesImpact
      EnableaResilientSustainableSupplyChainCrossSellD365SupplyChainAndOrRetailCommercetoexistingD365Sales
      CrossSellD365SupplyChainAndOrRetailCommercetoexistingD365SalesandOracleorSAPCustomers
      WinandActivateFirstD365WorkloadasD365SupplyChainwithNonOracleSAPERPCustomers
      ModernizetheServiceExperienceD365CustomerServicesandD365FieldServicesD365SalesPropensity
      OptimizeFinancialOperatingModelsDynamicsOnPremInstallBaseGreatPlainsBCFinancePropensityModel
      OptimizeFinancialOperatingModelsDynamicsOnPremInstallBaseNavisionBCFinancePropensityModel
      OptimizeFinancialOperatingModelsDynamicsOnPremInstallBaseOthersBCFinancePropensityModel
      OptimizeFinancialOperatingModelsDynamicsOnPremInstallBaseSolomonBCFinancePropensityModel
      OptimizeFinancialOperatingModelsTransformBusinessOperationsExperience D365BCCluster D365BCFit D365BCIntent
      D365FOCluster D365FOFit D365FOIntent D365CECluster D365CEFit D365CEIntent PowerAppsCluster PowerAppsFit
      PowerAppsIntent DynamicsOnPremAXorCRM_HasOpenRenewal M365UpsellCustomer HasGoogle HasAWS HasEA HasOpen
      Transactedinthelast36months`,
  }),
  declareDataset({
    name: 'CLASM365Propensity',
    dateRanges: [],
    columns: `MPNID PartnerName CustomerID DUNSNumber AccountName Domain OrgSize Industry Vertical Area Subsidiary
      SalesTerritory City State PostalCode Country Segment SubSegment SMCTypeSummary IsNonProfit
      DigitalWorkforce3rdPartyHostingService
      DigitalWorkforceAcquirenewcustomerstoMicrosoftHighPropensityProspectforM365ActNowEvaluate
      DigitalWorkforceM365A3targetedforA5 DigitalWorkforceSkypeforBusiness
      DigitalWorkforceOnPremAcquisitionCurrentVersion DigitalWorkforceOnPremAcquisitionEOS
      DigitalWorkforceTransitionCustomerCompeteZoomwithM365 DigitalWorkforceTransitionCustomerCompeteZoomwithoutM365
      DigitalWorkforceTransitionCustomerCompeteGoogleWorkspace DigitalWorkforceUpsellexistingcloudcustomerIntune
      DigitalWorkforceUpsellexistingcloudcustomerM365BBBScustomerstargetedforM365BP
      DigitalWorkforceUpsellexistingcloudcustomerM365E3targetedforM365E5
      DigitalWorkforceUpsellexistingcloudcustomerTargetExchangeonline
      NextGenWindowsExperiencesCompeteAmazonWorkspaceAWSWorkspaces NextGenWindowsExperiencesCompeteCitrix
      NextGenWindowsExperiencesCompeteGoogleDaaScompeteitopiaNutanixFrameWorkspot
      NextGenWindowsExperiencesCompeteVmwareHorizons
      NextGenWindowsExperiencesCustomerhashardwareandalsoaddlastHWpurchase3years
      NextGenWindowsExperiencesCustomerhasW10ProorearlierversionsW11ProTargetW365
      CustomerswithWindowsProendpointsWindows10EnterpriseE3EMSE3orMicrosoft365F3E3E5BPTargetforW365
      NextGenWindowsExperiencesGoogleWorkspacecustomerswithoutWindows
      UserswithnonWindowsProendpointsWindowsVDAE3EMSE3orMicrosoft365F3E3F5BPTargetW365
      RefreshyourDevicesBusinessPremiumESKUAttach50 RefreshyourDevicesEDUforSurface
      RefreshyourDevicesSurfaceDevices25purchasedinthelast3years RefreshyourDevicesTargetSurfaceforBS
      RefreshyourDevicesTeamsMeetingPresence50 SeamlessSecurityTransitionCustomerCompeteEndpointSecurityMDB
      SeamlessSecurityUpsellexistingcloudcustomerCompeteEndpointSecurityMDB
      SeamlessSecurityUpsellexistingcloudcustomerCompeteGoogleWorkspace
      SeamlessSecurityUpsellexistingcloudcustomerM365BBBScustomerstargetedforM365BP
      SeamlessSecurityUpsellexistingcloudcustomerOnPremAcquisitionCurrentVersion
      SeamlessSecurityUpsellexistingcloudcustomerTargetExchangeOnline M365Cluster M365Fit M365Intent SurfaceCluster
      SurfaceFit SurfaceIntent M365UpsellCustomer HasGoogle HasAWS HasEA HasOpen Transactedinthelast36months`,
  }),
  declareDataset({
    name: 'CLASSurfacePropensity',
    dateRanges: [],
    columns: `MPNID PartnerName CustomerID DUNSNumber AccountName Domain OrgSize Industry Vertical Area Subsidiary
      SalesTerritory City State PostalCode Country Segment SubSegment SMCTypeSummary IsNonProfit
      DigitalWorkforce3rdPartyHostingService
      DigitalWorkforceAcquirenewcustomerstoMicrosoftHighPropensityProspectforM365ActNowEvaluate
      DigitalWorkforceM365A3targetedforA5 DigitalWorkforceSkypeforBusiness
      DigitalWorkforceOnPremAcquisitionCurrentVersion DigitalWorkforceOnPremAcquisitionEOS
      DigitalWorkforceTransitionCustomerCompeteZoomwithM365 DigitalWorkforceTransitionCustomerCompeteZoomwithoutM365
      DigitalWorkforceTransitionCustomerCompeteGoogleWorkspace DigitalWorkforceUpsellexistingcloudcustomerIntune
      DigitalWorkforceUpsellexistingcloudcustomerM365BBBScustomerstargetedforM365BP
      DigitalWorkforceUpsellexistingcloudcustomerM365E3targetedforM365E5
      DigitalWorkforceUpsellexistingcloudcustomerTargetExchangeonline
      NextGenWindowsExperiencesCompeteAmazonWorkspaceAWSWorkspaces NextGenWindowsExperiencesCompeteCitrix
      NextGenWindowsExperiencesCompeteGoogleDaaScompeteitopiaNutanixFrameWorkspot
      NextGenWindowsExperiencesCompeteVmwareHorizons
      NextGenWindowsExperiencesCustomerhashardwareandalsoaddlastHWpurchase3years
      NextGenWindowsExperiencesCustomerhasW10ProorearlierversionsW11ProTargetW365
      CustomerswithWindowsProendpointsWindows10EnterpriseE3EMSE3orMicrosoft365F3E3E5BPTargetforW365
      NextGenWindowsExperiencesGoogleWorkspacecustomerswithoutWindows
      UserswithnonWindowsProendpointsWindowsVDAE3EMSE3orMicrosoft365F3E3F5BPTargetW365
      RefreshyourDevicesBusinessPremiumESKUAttach50 RefreshyourDevicesEDUforSurface
      RefreshyourDevicesSurfaceDevices25purchasedinthelast3years RefreshyourDevicesTargetSurfaceforBS
      RefreshyourDevicesTeamsMeetingPresence50 SeamlessSecurityTransitionCustomerCompeteEndpointSecurityMDB
      SeamlessSecurityUpsellexistingcloudcustomerCompeteEndpointSecurityMDB
      SeamlessSecurityUpsellexistingcloudcustomerCompeteGoogleWorkspace
      SeamlessSecurityUpsellexistingcloudcustomerM365BBBScustomerstargetedforM365BP
      SeamlessSecurityUpsellexistingcloudcustomerOnPremAcquisitionCurrentVersion
      SeamlessSecurityUpsellexistingcloudcustomerTargetExchangeOnline M365Cluster M365Fit M365Intent SurfaceCluster
      SurfaceFit SurfaceIntent M365UpsellCustomer HasGoogle HasAWS HasEA HasOpen Transactedinthelast36months`,
  }),
  declareDataset({
    name: 'CompetencyPeformanceRequirement',
    dateColumn: 'Month',
    columns: `CompetencyName CompetencyAttainmentOptionName Month MetricName MetricMonthlyContribution TTMAggregate
      AnniversaryYearAggregate GoldThreshold SilverThreshold`,
    types: {
      date: 'Month',
      decimal: 'MetricMonthlyContribution TTMAggregate AnniversaryYearAggregate GoldThreshold SilverThreshold',
    },
  }),
  declareDataset({
    name: 'CompetencySummaryHistory',
    dateColumn: 'CompetencyStartDate',
    columns: 'CompetencyName CompetencyLevel CompetencyStatus CompetencyStartDate CompetencyEndDate',
    types: {
      date: 'CompetencyStartDate CompetencyEndDate',
    },
  }),
  declareDataset({
    name: 'ResellerPerformance',
    dateColumn: 'Month',
    columns: 'ResellerMpnId ResellerName ResellerMarket Month',
    types: {
      date: 'Month',
    },
    sums: 'CustomerCount SubscriptionCount TotalAvailableSeats TotalAssignedSeats TotalRevenue',
  }),
]
