-- The sample world: publishers' accounts, what they offer, who buys it, and what each order comes to.
--
-- Handed in as variables: words (path of words.json), account_ids, account_names, seed, usage_rows, reference_at.
-- Every choice is a hash of the seed, a salt that names the choice, and the number of the thing chosen for: no random(),
-- no floating point, so the same arguments give the same bytes on any machine. Money is DECIMAL for the same reason.

-- Choices -------------------------------------------------------------------------------------------------------------

CREATE MACRO draw(salt, key) AS hash(key::BIGINT, salt, getvariable('seed')::BIGINT);
-- 0 … n - 1, all equally likely.
CREATE MACRO below(salt, key, n) AS (draw(salt, key) % n::UBIGINT)::BIGINT;
CREATE MACRO chance(salt, key, percent) AS draw(salt, key) % 100 < percent;
-- 0 … n - 1 by a power law: the square and the cube of an even draw of 20 bits. Few things get most, most get little.
CREATE MACRO even20(salt, key) AS (draw(salt, key) >> 44)::BIGINT;
CREATE MACRO skewed(salt, key, n) AS (((even20(salt, key) * even20(salt, key)) >> 20) * n::BIGINT) >> 20;
CREATE MACRO steep(salt, key, n) AS (((((even20(salt, key) * even20(salt, key)) >> 20) * even20(salt, key)) >> 20) * n::BIGINT) >> 20;
CREATE MACRO pick(list, salt, key) AS list[1 + below(salt, key, len(list))];
-- [{value, weight}] → each value as often as it weighs, ready for pick.
CREATE MACRO spread(choices) AS
  flatten(list_transform(choices, lambda c: list_transform(range(c.weight), lambda i: c.value)));
-- Text in the form of a version 4 UUID.
CREATE MACRO as_guid(digest) AS
  concat(digest[1:8], '-', digest[9:12], '-4', digest[14:16], '-a', digest[18:20], '-', digest[21:32]);
CREATE MACRO guid(salt, key) AS as_guid(md5(concat(getvariable('seed'), '/', salt, '/', key)));
CREATE MACRO slug(name) AS regexp_replace(lower(name), '[^a-z0-9]+', '-', 'g');
CREATE MACRO month_of(day) AS date_trunc('month', day)::DATE;
CREATE MACRO money(amount) AS amount::DECIMAL(18, 4);

-- Size and time -------------------------------------------------------------------------------------------------------

SET VARIABLE reference_date = getvariable('reference_at')::DATE;
SET VARIABLE history_days = 1095;
SET VARIABLE account_count = len(getvariable('account_ids'));
-- Ages in days of the orders that every account has, whatever its luck, in turn for each of its three main offers, so
-- that every range of every dataset has rows.
SET VARIABLE first_order_ages = [12, 18, 25, 9, 55, 800, 75, 120, 20, 160, 400, 300, 1000, 700, 210];
SET VARIABLE first_orders = getvariable('account_count') * len(getvariable('first_order_ages'));
SET VARIABLE order_count = greatest(getvariable('first_orders') * 2, getvariable('usage_rows') // 50);
SET VARIABLE company_count = greatest(20, getvariable('order_count') // 4);

-- Words ---------------------------------------------------------------------------------------------------------------

CREATE TABLE words AS FROM read_json(getvariable('words'), maximum_depth := -1);
CREATE TABLE countries AS SELECT unnest(countries, recursive := true) FROM words;
SET VARIABLE country_codes = (SELECT spread(list_transform(countries, lambda c: {'value': c.country_code, 'weight': c.weight})) FROM words);
SET VARIABLE machine_sizes = (SELECT machineSizes FROM words);
SET VARIABLE resources = (SELECT resources FROM words);
SET VARIABLE deployment_errors = (SELECT deploymentErrors FROM words);
SET VARIABLE offer_adjectives = (SELECT offerAdjectives FROM words);
SET VARIABLE offer_nouns = (SELECT offerNouns FROM words);
SET VARIABLE plan_names = (SELECT planNames FROM words);
SET VARIABLE meter_dimensions = (SELECT meterDimensions FROM words);
SET VARIABLE company_stems = (SELECT companyStems FROM words);
SET VARIABLE company_trades = (SELECT companyTrades FROM words);
SET VARIABLE first_names = (SELECT firstNames FROM words);
SET VARIABLE last_names = (SELECT lastNames FROM words);
SET VARIABLE resellers = (SELECT resellers FROM words);
SET VARIABLE azure_license_types = spread([
  {'value': 'Pay as You Go', 'weight': 45}, {'value': 'Enterprise', 'weight': 30},
  {'value': 'Cloud Solution Provider', 'weight': 17}, {'value': 'Enterprise through Reseller', 'weight': 8}]);
SET VARIABLE offer_types = spread([
  {'value': 'SaaS', 'weight': 42}, {'value': 'Azure Applications', 'weight': 20}, {'value': 'vm core image', 'weight': 24},
  {'value': 'Virtual Machine Licenses', 'weight': 8}, {'value': 'multisolution', 'weight': 6}]);
SET VARIABLE terms = spread([
  {'value': {'months': 1, 'term': '1 month', 'plan': 'Monthly'}, 'weight': 60},
  {'value': {'months': 12, 'term': '1 year', 'plan': 'Yearly'}, 'weight': 32},
  {'value': {'months': 36, 'term': '3 years', 'plan': 'Upfront'}, 'weight': 8}]);

-- Accounts, offers, plans ---------------------------------------------------------------------------------------------

CREATE TABLE accounts AS
SELECT
  account_no,
  account_id,
  account_name,
  -- The first account is the biggest.
  3 + 12 // (1 + account_no) AS account_offers,
  CASE WHEN chance('account currency', account_no, 70) THEN 'USD' ELSE pick(['EUR', 'GBP', 'AUD'], 'account euro', account_no) END AS payout_currency
FROM (
  SELECT
    unnest(range(getvariable('account_count'))) AS account_no,
    unnest(getvariable('account_ids')) AS account_id,
    unnest(getvariable('account_names')) AS account_name
);

CREATE TABLE offers AS
SELECT
  offer_no,
  account_no,
  offer_index,
  offer_name,
  offer_type,
  concat(slug(offer_name), '-', offer_no) AS offer_id,
  guid('product', offer_no) AS product_id,
  CASE offer_type WHEN 'SaaS' THEN 'Software as a Service' WHEN 'Azure Applications' THEN 'Azure Apps' ELSE 'Virtual Machines' END AS offer_category,
  offer_type IN ('vm core image', 'Virtual Machine Licenses', 'multisolution') AS offer_runs_on_machines
FROM (
  SELECT
    row_number() OVER (ORDER BY account_no, offer_index) - 1 AS offer_no,
    account_no,
    offer_index,
    concat(
      pick(getvariable('offer_adjectives'), 'offer adjective', account_no * 1000 + offer_index),
      ' ',
      -- Counted on from the account's own start, so that an account's offers have different names.
      getvariable('offer_nouns')[1 + (below('offer noun', account_no, 20) + offer_index) % 20]
    ) AS offer_name,
    -- Every account has the three main types.
    CASE offer_index
      WHEN 0 THEN 'SaaS' WHEN 1 THEN 'vm core image' WHEN 2 THEN 'Azure Applications'
      ELSE pick(getvariable('offer_types'), 'offer type', account_no * 1000 + offer_index)
    END AS offer_type
  FROM (SELECT account_no, unnest(range(account_offers)) AS offer_index FROM accounts)
);

CREATE TABLE plans AS
SELECT
  * EXCLUDE (offer_type, seat_price, unit_price),
  plan_license_type = 'Free' AS plan_is_free,
  -- What is sold by use has the price of a unit; software that is sold by seats has one for its meter beside it.
  CASE WHEN plan_is_free THEN 0 WHEN offer_type = 'SaaS' THEN seat_price ELSE unit_price END::DECIMAL(18, 4) AS plan_price_usd,
  CASE WHEN plan_is_free THEN 0 WHEN offer_type = 'SaaS' THEN unit_price * 0.1 ELSE unit_price END::DECIMAL(18, 4) AS plan_unit_price_usd,
  CASE WHEN plan_has_meter THEN pick(getvariable('meter_dimensions'), 'meter', plan_no) END AS meter_dimension,
  CASE WHEN plan_has_meter THEN guid('meter', plan_no) END AS meter_id,
  CASE WHEN plan_type = 'Managed Application' THEN pick(['Full access', 'Restricted access'], 'customer access', plan_no) END AS customer_access,
  CASE WHEN plan_type = 'Managed Application' THEN pick(['Enabled', 'Disabled'], 'publisher access', plan_no) END AS publisher_access
FROM (
  SELECT
    plan_no,
    offer_no,
    offer_type,
    plan_index,
    getvariable('plan_names')[1 + plan_index] AS plan_name,
    slug(getvariable('plan_names')[1 + plan_index]) AS sku,
    CASE
      WHEN plan_index = 0 AND chance('free plan', plan_no, 35) THEN 'Free'
      WHEN offer_runs_on_machines AND chance('own license', plan_no, 22) THEN 'Bring Your Own License'
      WHEN chance('reseller plan', plan_no, 6) THEN 'Microsoft as Reseller'
      ELSE 'Billed through Azure'
    END AS plan_license_type,
    9 + plan_index * 20 + below('seat price', plan_no, 20) AS seat_price,
    (2 + plan_index * 3 + below('unit price', plan_no, 9)) * 0.0125 AS unit_price,
    CASE WHEN offer_type = 'Azure Applications' THEN pick(['Managed Application', 'Managed Application', 'Solution Templates'], 'plan type', plan_no) END AS plan_type,
    offer_type = 'Azure Applications' OR (offer_type = 'SaaS' AND chance('meter', plan_no, 40)) AS plan_has_meter,
    offer_type = 'SaaS' AND chance('trial', plan_no, 30) AS plan_has_trial,
    chance('preview plan', plan_no, 5) AS plan_is_preview,
    plan_index > 1 AND chance('private plan', plan_no, 20) AS plan_is_private
  FROM (
    SELECT row_number() OVER (ORDER BY offer_no, plan_index) - 1 AS plan_no, *
    FROM (SELECT offer_no, offer_type, offer_runs_on_machines, unnest(range(2 + below('plans', offer_no, 4))) AS plan_index FROM offers)
  )
);

-- Companies that buy --------------------------------------------------------------------------------------------------

CREATE TABLE companies AS
SELECT
  company_no,
  guid('customer', company_no) AS customer_id,
  concat(guid('billing account', company_no), ':', guid('billing profile', company_no)) AS billing_account_id,
  guid('tenant', company_no) AS tenant_id,
  guid('subscription', company_no) AS subscription_id,
  -- A few customers are protected: their name is masked, as the vendor does it.
  CASE WHEN company_no % 97 = 96 THEN '************' ELSE concat(company_stem, ' ', company_trade, legal_form) END AS company_name,
  country,
  country_code,
  currency,
  per_usd::DECIMAL(18, 6) AS per_usd,
  culture,
  split_part(place, '|', 1) AS city,
  nullif(split_part(place, '|', 2), '') AS state,
  nullif(split_part(place, '|', 3), '') AS postal_code,
  concat(1 + below('house number', company_no, 240), ' ', pick(['Station Road', 'Canal Street', 'Mill Lane', 'Park Avenue'], 'street', company_no)) AS address_line,
  -- The contact of a customer who gave no consent isn't passed on.
  CASE WHEN consents THEN first_name END AS first_name,
  CASE WHEN consents THEN last_name END AS last_name,
  CASE WHEN consents THEN concat(slug(company_stem), company_no, '@', slug(company_trade), '.example') END AS email,
  CASE WHEN chance('organization', company_no, 88) THEN 'organization' ELSE 'individual' END AS customer_type,
  azure_license_type,
  CASE WHEN sold_by_reseller THEN reseller END AS provider_name,
  CASE WHEN sold_by_reseller THEN concat('orders@', slug(reseller), '.example') END AS provider_email
FROM (
  SELECT
    company_no,
    pick(getvariable('company_stems'), 'company stem', company_no) AS company_stem,
    pick(getvariable('company_trades'), 'company trade', company_no) AS company_trade,
    pick(getvariable('country_codes'), 'country', company_no) AS country_code,
    pick(getvariable('first_names'), 'first name', company_no) AS first_name,
    pick(getvariable('last_names'), 'last name', company_no) AS last_name,
    pick(getvariable('resellers'), 'reseller', company_no) AS reseller,
    chance('consent', company_no, 70) AS consents,
    pick(getvariable('azure_license_types'), 'azure license type', company_no) AS azure_license_type,
    pick(getvariable('azure_license_types'), 'azure license type', company_no) IN ('Cloud Solution Provider', 'Enterprise through Reseller') AS sold_by_reseller
  FROM range(getvariable('company_count') + getvariable('first_orders')) companies(company_no)
)
JOIN (SELECT *, len(places) AS place_count FROM countries) USING (country_code)
CROSS JOIN LATERAL (SELECT places[1 + below('place', company_no, place_count)] AS place)
ORDER BY company_no;

-- Orders --------------------------------------------------------------------------------------------------------------

CREATE TABLE orders AS
WITH
chosen AS (
  SELECT
    order_no,
    order_no < getvariable('first_orders') AS is_first_order,
    CASE WHEN is_first_order THEN order_no % getvariable('account_count') ELSE steep('order account', order_no, getvariable('account_count')) END AS account_no,
    order_no // getvariable('account_count') AS first_order_index,
    CASE WHEN is_first_order THEN getvariable('company_count') + order_no ELSE skewed('order company', order_no, getvariable('company_count')) END AS company_no,
    CASE WHEN is_first_order THEN getvariable('first_order_ages')[1 + first_order_index] ELSE skewed('order age', order_no, getvariable('history_days')) END AS age_days
  FROM range(getvariable('order_count')) orders(order_no)
),
placed AS (
  SELECT
    order_no, is_first_order, account_no, company_no, age_days, offer_no,
    first_plan_no + below('order plan', order_no, plan_count) AS plan_no
  FROM chosen
  JOIN accounts USING (account_no)
  JOIN offers USING (account_no)
  JOIN (SELECT offer_no, min(plan_no) AS first_plan_no, count(*) AS plan_count FROM plans GROUP BY offer_no) USING (offer_no)
  WHERE offer_index = CASE WHEN is_first_order THEN first_order_index % 3 ELSE steep('order offer', order_no, account_offers) END
),
lived AS (
  SELECT
    *,
    (getvariable('reference_date') - age_days::INTEGER)::DATE AS purchase_date,
    -- Sold for a term and a number of seats, or by use.
    CASE WHEN offer_type = 'SaaS' OR (offer_type = 'vm core image' AND chance('reservation', order_no, 15)) THEN pick(getvariable('terms'), 'term', order_no) END AS term,
    CASE WHEN plan_has_trial AND chance('takes trial', order_no, 60) THEN purchase_date + 30 END::DATE AS trial_end_date,
    NOT is_first_order AND chance('abandoned', order_no, 2) AS is_abandoned,
    CASE WHEN NOT is_first_order AND chance('canceled', order_no, 35) THEN purchase_date + 20 + skewed('cancel after', order_no, 600)::INTEGER END::DATE AS planned_cancel_date,
    NOT is_first_order AND trial_end_date <= getvariable('reference_date') AND chance('trial expired', order_no, 15) AS is_expired
  FROM placed
  JOIN offers USING (account_no, offer_no)
  JOIN plans USING (offer_no, plan_no)
),
ended AS (
  SELECT
    *,
    CASE WHEN NOT is_abandoned AND NOT coalesce(is_expired, false) AND planned_cancel_date <= getvariable('reference_date') THEN planned_cancel_date END AS cancel_date,
    CASE
      WHEN is_abandoned THEN 'Abandoned'
      WHEN is_expired THEN 'Expired'
      WHEN cancel_date IS NOT NULL THEN 'Canceled'
      WHEN NOT is_first_order AND chance('warning', order_no, 3) THEN 'Warning'
      ELSE 'Active'
    END AS order_status,
    coalesce(cancel_date, CASE WHEN is_expired THEN trial_end_date END) AS end_date,
    CASE
      WHEN term IS NULL THEN 1
      ELSE 1 + steep('seats', order_no, 200)
    END AS quantity,
    NOT plan_is_free AND (plan_is_private OR chance('private offer', order_no, 12)) AS is_private_offer
  FROM lived
)
SELECT
  order_no, account_no, offer_no, plan_no, company_no,
  purchase_date,
  least(purchase_date + to_seconds(below('purchase second', order_no, 86400)), getvariable('reference_at')) AS purchased_at,
  order_status, cancel_date, end_date,
  coalesce(end_date, getvariable('reference_date')) AS last_date,
  trial_end_date,
  term.months AS term_months,
  term.term AS billing_term,
  coalesce(term.plan, 'Pay as you go') AS billing_plan,
  quantity,
  is_private_offer,
  is_private_offer AND chance('multiparty', order_no, 25) AS is_multiparty,
  CASE WHEN is_private_offer THEN guid('private offer', order_no) END AS private_offer_id,
  guid('billing', order_no) AS billing_id,
  guid('usage reference', order_no) AS usage_reference_id,
  -- A machine that is paid by use alone has no order at the vendor, so no asset id.
  CASE WHEN offer_type <> 'vm core image' OR term IS NOT NULL THEN guid('asset', order_no) END AS asset_id,
  CASE WHEN offer_type = 'SaaS' THEN CASE WHEN chance('auto renew', order_no, 75) THEN true ELSE false END END AS auto_renew,
  -- A private offer takes a fifth off.
  money(plan_price_usd * CASE WHEN is_private_offer THEN 0.80 ELSE 1.00 END) AS price_usd,
  money(plan_unit_price_usd * CASE WHEN is_private_offer THEN 0.80 ELSE 1.00 END) AS unit_price_usd,
  -- Each machine is of the order's own size or the next one.
  below('machine size', order_no, 4) AS machine_size_index,
  1 + steep('machines', order_no, 24) AS machines
FROM ended
ORDER BY order_no;

-- A customer is a company as one account sees it.
CREATE TABLE customers AS
SELECT
  account_no, company_no,
  min(purchase_date) AS date_acquired,
  CASE WHEN bool_and(end_date IS NOT NULL) THEN max(end_date) END AS date_lost,
  max(purchased_at) AS last_purchased_at,
  min_by(order_no, (purchase_date, order_no)) AS order_no
FROM orders
WHERE order_status <> 'Abandoned'
GROUP BY account_no, company_no
ORDER BY account_no, company_no;

-- All that is known of an order, in one row: what the files' rows are made from.
CREATE TABLE order_details AS
SELECT
  orders.*,
  accounts.* EXCLUDE (account_no),
  offers.* EXCLUDE (account_no, offer_no),
  plans.* EXCLUDE (plan_no, offer_no),
  companies.* EXCLUDE (company_no, subscription_id, azure_license_type),
  coalesce(date_acquired, purchase_date) AS date_acquired,
  azure_license_type AS company_license_type,
  -- Software that isn't metered may come through the vendor's own sales programme.
  CASE WHEN offer_type = 'SaaS' AND NOT plan_has_meter AND chance('gtm', order_no, 6) THEN 'GTM' ELSE azure_license_type END AS azure_license_type,
  CASE WHEN offer_type = 'SaaS' THEN '00000000-0000-0000-0000-000000000000' ELSE subscription_id END AS subscription_id,
  CASE WHEN plan_has_meter AND offer_type = 'SaaS' THEN asset_id WHEN offer_type = 'vm core image' AND asset_id IS NOT NULL THEN guid('reservation', order_no) END AS reference_id,
  CASE WHEN is_private_offer THEN concat(company_name, ' – ', plan_name, ' agreement') END AS private_offer_name,
  CASE WHEN is_multiparty THEN concat('SellerID: ', 1000000 + below('seller', order_no, 900000), ', ', pick(getvariable('resellers'), 'channel partner', order_no)) END AS partner_info,
  CASE WHEN is_multiparty THEN 'Agreed with the channel partner; see "Terms, annex B".' END AS sales_notes,
  CASE WHEN is_multiparty THEN money(price_usd * 0.05) END AS customer_adjustment_usd,
  money(price_usd * companies.per_usd) AS price_cc,
  payout.per_usd AS payout_per_usd,
  money(unit_price_usd * companies.per_usd) AS unit_price_cc,
  money(unit_price_usd * payout.per_usd) AS unit_price_pc
FROM orders
JOIN accounts USING (account_no)
JOIN offers USING (account_no, offer_no)
JOIN plans USING (offer_no, plan_no)
JOIN companies USING (company_no)
LEFT JOIN (SELECT account_no, company_no, date_acquired FROM customers) USING (account_no, company_no)
JOIN (SELECT currency AS payout_currency, any_value(per_usd)::DECIMAL(18, 6) AS per_usd FROM countries GROUP BY currency) AS payout USING (payout_currency)
ORDER BY order_no;
