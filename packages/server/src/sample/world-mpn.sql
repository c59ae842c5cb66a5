-- The partner's side of the sample world: each account is a partner too, whose customers subscribe to the vendor's own
-- cloud. Built on world.sql, from its accounts, companies and customers; the choices are hashes in the same way.

SET VARIABLE cloud_products = (SELECT cloudProducts FROM words);
SET VARIABLE product_indexes = spread(list_transform(range(len(getvariable('cloud_products'))), lambda i: {'value': i, 'weight': getvariable('cloud_products')[1 + i].weight}));
SET VARIABLE azure_services = (SELECT azureServices FROM words);
SET VARIABLE partner_resellers = (SELECT partnerResellers FROM words);
SET VARIABLE industries = (SELECT industries FROM words);
SET VARIABLE office_workloads = (SELECT officeWorkloads FROM words);
SET VARIABLE trainings = (SELECT trainings FROM words);
SET VARIABLE learnings = (SELECT learnings FROM words);
SET VARIABLE competencies = (SELECT competencies FROM words);
SET VARIABLE teams_apps = (SELECT teamsApps FROM words);

-- Customers and Azure usage are kept for 24 months, the rest for 13; the current month is one of them.
SET VARIABLE this_month = month_of(getvariable('reference_date'));
SET VARIABLE oldest_month = (getvariable('this_month') - INTERVAL 23 MONTH)::DATE;
SET VARIABLE oldest_usage_month = (getvariable('this_month') - INTERVAL 12 MONTH)::DATE;

-- Each account has a subscription of each product that never ends, so that every dataset has rows.
SET VARIABLE first_subscriptions = getvariable('account_count') * len(getvariable('cloud_products'));
SET VARIABLE subscription_count = greatest(getvariable('first_subscriptions') * 2, getvariable('usage_rows') // 200);

-- Partners: a global account with its locations ------------------------------------------------------------------------

CREATE TABLE partners AS
SELECT *, sum(location_count) OVER (ORDER BY account_no)::BIGINT - location_count AS first_location_no
FROM (
  SELECT account_no, account_id, account_name, (1000000 + account_no * 8)::VARCHAR AS pga_mpn_id, 2 + below('locations', account_no, 3) AS location_count
  FROM accounts
);

CREATE TABLE partner_locations AS
SELECT
  location_no,
  account_no,
  location_index,
  account_id, account_name, pga_mpn_id,
  (1000001 + account_no * 8 + location_index)::VARCHAR AS mpn_id,
  split_part(place, '|', 1) AS location_city,
  country AS location_country,
  concat(country_code, '-', mpn_id) AS location_id
FROM (
  SELECT
    *,
    first_location_no + location_index AS location_no,
    -- Headquarters are in the United States.
    CASE location_index WHEN 0 THEN 'US' ELSE pick(getvariable('country_codes'), 'location country', location_no) END AS country_code
  FROM (SELECT *, unnest(range(location_count)) AS location_index FROM partners)
)
JOIN (SELECT country, country_code, places, len(places) AS place_count FROM countries) USING (country_code)
CROSS JOIN LATERAL (SELECT places[1 + below('location place', location_no, place_count)] AS place)
ORDER BY location_no;

-- Companies as the partner program describes them -----------------------------------------------------------------------

CREATE TABLE client_companies AS
SELECT
  company_no,
  customer_id, tenant_id, company_name, country, country_code, city, state, postal_code,
  subscription_id AS marketplace_subscription_id,
  (20000000 + company_no * 7)::VARCHAR AS tpid,
  lpad(below('duns', company_no, 1000000000)::VARCHAR, 9, '0') AS duns_number,
  concat('client', company_no, '.example') AS domain,
  pick(['Enterprise', 'Corporate', 'Small Business', 'Small Business', 'Public Sector', 'Education'], 'segment', company_no) AS segment,
  CASE WHEN segment IN ('Public Sector', 'Education') THEN 'Public Sector' ELSE 'Commercial' END AS top_segment,
  pick(getvariable('industries'), 'industry', company_no) AS industry,
  concat(country, ' ', top_segment) AS operating_unit,
  pick(['1-9', '10-49', '50-249', '250-999', '1000+'], 'organization size', company_no) AS organization_size
FROM companies
WHERE company_no IN (SELECT company_no FROM customers)
ORDER BY company_no;

-- Subscriptions to the vendor's cloud -----------------------------------------------------------------------------------

CREATE TABLE cloud_subscriptions AS
WITH
chosen AS (
  SELECT
    subscription_no,
    subscription_no < getvariable('first_subscriptions') AS is_first,
    CASE WHEN is_first THEN subscription_no % getvariable('account_count') ELSE steep('subscription account', subscription_no, getvariable('account_count')) END AS account_no,
    CASE WHEN is_first THEN subscription_no // getvariable('account_count') ELSE pick(getvariable('product_indexes'), 'product', subscription_no) END AS product_index,
    CASE WHEN is_first THEN 800 - 20 * product_index ELSE skewed('subscription age', subscription_no, getvariable('history_days')) END AS age_days
  FROM range(getvariable('subscription_count')) subscriptions(subscription_no)
),
sold AS (
  SELECT
    *,
    -- The customers of an account by number; each of the first subscriptions has another.
    CASE WHEN is_first THEN product_index ELSE skewed('client', subscription_no, client_count) END % client_count AS client_index,
    getvariable('cloud_products')[1 + product_index] AS product,
    (getvariable('reference_date') - age_days::INTEGER)::DATE AS start_date,
    CASE WHEN NOT is_first AND chance('churn', subscription_no, 60) THEN start_date + 25 + skewed('churn after', subscription_no, 500)::INTEGER END::DATE AS planned_churn_date,
    first_location_no + CASE WHEN is_first THEN product_index % 2 ELSE below('sold by', subscription_no, location_count) END AS location_no,
    -- Some are attributed to a second location in another way.
    CASE WHEN chance('attributed twice', subscription_no, 9) THEN first_location_no + (location_no - first_location_no + 1) % location_count END AS second_location_no,
    -- What is sold through resellers goes by them; an account's first product by the first of them.
    CASE
      WHEN is_first AND product_index = 0 THEN getvariable('partner_resellers')[1]
      WHEN chance('through reseller', subscription_no, 35) THEN pick(getvariable('partner_resellers'), 'subscription reseller', subscription_no)
    END AS reseller
  FROM chosen
  JOIN partners USING (account_no)
  JOIN (SELECT account_no, count(*) AS client_count FROM customers GROUP BY account_no) USING (account_no)
)
SELECT
  subscription_no, is_first, account_no, company_no, product_index, location_no, second_location_no,
  product.kind AS kind,
  product.product AS product,
  upper(product.product) AS sku,
  guid('sku', product_index) AS sku_id,
  concat('AAD-', 20000 + product_index * 37) AS part_number,
  product.family AS product_family,
  product.division AS division,
  product.category AS category,
  product.area AS solution_area,
  product.price_cents AS price_cents,
  kind <> 'azure' AND price_cents = 0 AS is_free,
  start_date,
  CASE WHEN planned_churn_date <= getvariable('reference_date') THEN planned_churn_date END AS churn_date,
  coalesce(churn_date, getvariable('reference_date')) AS last_date,
  -- The end of the term that runs.
  coalesce(churn_date, start_date + to_months((12 * (1 + datesub('month', start_date, last_date) // 12))::INTEGER) - INTERVAL 1 DAY)::DATE AS end_date,
  -- The first account serves one enterprise, the others one company with many people.
  CASE
    WHEN kind = 'azure' THEN 0
    WHEN is_first AND subscription_no = 0 THEN 150000
    WHEN is_first THEN 2000
    ELSE 1 + steep('cloud seats', subscription_no, 900)
  END AS seats,
  45 + below('assigned', subscription_no, 56) AS assigned_percent,
  -- Dollars a month.
  CASE WHEN kind = 'azure' THEN CASE WHEN is_first THEN 60000 ELSE 40 + steep('azure budget', subscription_no, 9000) END END AS budget,
  CASE WHEN kind = 'azure' THEN CASE WHEN is_first THEN len(getvariable('azure_services')) ELSE 2 + below('services', subscription_no, 3) END END AS service_count,
  reseller.reseller AS reseller_name,
  reseller.mpn_id AS reseller_mpn_id,
  reseller.market AS reseller_market,
  CASE
    WHEN reseller IS NOT NULL THEN 'Indirect Provider'
    WHEN kind = 'azure' THEN pick(['Reseller', 'Reseller', 'PAL', 'DPOR'], 'azure attribution', subscription_no)
    ELSE pick(['Reseller', 'Reseller', 'Reseller', 'DPOR', 'CPOR'], 'attribution', subscription_no)
  END AS attribution,
  CASE WHEN attribution IN ('Reseller', 'Indirect Provider') THEN 'Cloud Solution Provider' ELSE pick(['Enterprise Agreement', 'Web Direct'], 'sales channel', subscription_no) END AS sales_channel,
  CASE WHEN sales_channel = 'Enterprise Agreement' THEN (70000000 + below('enrollment', subscription_no, 9000000))::VARCHAR END AS enrollment_number,
  pick(['Commercial', 'Commercial', 'Commercial', 'Academic', 'Government'], 'pricing level', subscription_no) AS pricing_level,
  chance('renews', subscription_no, 72) AS renews
FROM sold
JOIN (SELECT account_no, company_no, row_number() OVER (PARTITION BY account_no ORDER BY company_no) - 1 AS client_index FROM customers) USING (account_no, client_index)
ORDER BY subscription_no;

-- All that is known of a subscription beside its months and its location, in one row.
CREATE TABLE subscription_details AS
SELECT
  cloud_subscriptions.* EXCLUDE (location_no, second_location_no),
  client_companies.* EXCLUDE (company_no, marketplace_subscription_id),
  -- The Azure subscription is the one with which the customer buys in the marketplace.
  CASE
    WHEN kind = 'azure' AND row_number() OVER (PARTITION BY account_no, company_no, kind ORDER BY subscription_no) = 1 THEN marketplace_subscription_id
    ELSE guid('cloud subscription', subscription_no)
  END AS subscription_id
FROM cloud_subscriptions
JOIN client_companies USING (company_no)
ORDER BY subscription_no;

-- Each month in which a subscription ran, and what Azure it consumed in it ------------------------------------------------

CREATE TABLE active_months AS
SELECT
  subscription_no, kind, budget, service_count,
  (first_month + to_months(unnest(range(1 + datediff('month', first_month, last_date)))::INTEGER))::DATE AS month,
  -- One number for a subscription's month, for its choices.
  subscription_no * 5000 + datediff('month', DATE '2000-01-01', month) AS month_no
FROM (
  SELECT *, greatest(month_of(start_date), getvariable('oldest_month')) AS first_month
  FROM cloud_subscriptions
  WHERE last_date >= getvariable('oldest_month')
);

CREATE TABLE azure_charges AS
SELECT
  subscription_no, month, service_index,
  greatest(1, budget * service.weight * (90 + below('azure charge', month_no * 8 + service_index, 21)) // (10 * service.price_mills)) AS quantity,
  (quantity * service.price_mills * 0.001)::DECIMAL(18, 4) AS acr_usd
FROM (SELECT *, unnest(range(service_count)) AS service_index FROM active_months WHERE kind = 'azure')
CROSS JOIN LATERAL (SELECT getvariable('azure_services')[1 + service_index] AS service);

-- A subscription's month as it is attributed: once, or twice, the second time as a duplicate for the global account.
CREATE TABLE subscription_months AS
SELECT
  account_no, month, subscription_no, is_duplicate,
  CASE WHEN is_duplicate THEN second_location_no ELSE location_no END AS location_no,
  CASE WHEN is_duplicate THEN CASE WHEN kind = 'azure' THEN 'PAL' ELSE 'CPOR' END ELSE attribution END AS month_attribution,
  month_no,
  churn_date IS NOT NULL AND month = month_of(churn_date) AS is_churned,
  -- Seats are added as time goes by.
  seats + seats * greatest(0, datediff('month', start_date, month)) // 40 AS month_seats,
  (month_seats * assigned_percent) // 100 AS assigned_seats,
  (assigned_seats * (55 + below('active', month_no, 41))) // 100 AS active_seats,
  coalesce(month_acr_usd, 0)::DECIMAL(18, 4) AS month_acr_usd,
  -- Azure is billed as it is consumed, all else by seats.
  CASE WHEN kind = 'azure' THEN coalesce(month_acr_usd, 0) ELSE month_seats * price_cents * 0.01 END::DECIMAL(18, 4) AS billed_usd
FROM (SELECT * EXCLUDE (kind, budget, service_count), unnest([false, true]) AS is_duplicate FROM active_months)
JOIN cloud_subscriptions USING (subscription_no)
LEFT JOIN (SELECT subscription_no, month, sum(acr_usd) AS month_acr_usd FROM azure_charges GROUP BY subscription_no, month) USING (subscription_no, month)
WHERE NOT is_duplicate OR second_location_no IS NOT NULL
ORDER BY account_no, month, subscription_no, is_duplicate;
