/** What the demo asks for: what paid offers were used, and what it came to, newest first. */
export const demoQuery =
  "SELECT UsageDate, OfferName, SKU, NormalizedUsage, EstimatedExtendedChargePC FROM ISVUsage WHERE SKUBillingType = 'Paid' ORDER BY UsageDate DESC TIMESPAN LAST_6_MONTHS"
