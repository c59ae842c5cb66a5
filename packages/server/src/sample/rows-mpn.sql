-- The rows of the partner's datasets, as rows.sql makes those of the marketplace: narrow tables in the order of the
-- files, wide views that the catalog's `sample.rows` names.

-- The profile: the global account and its locations ---------------------------------------------------------------------

CREATE VIEW profile_rows AS
SELECT *, location_index IS NULL AS is_global
FROM (
  SELECT account_no, location_index, account_id, account_name, pga_mpn_id, mpn_id, location_city, location_country FROM partner_locations
  UNION ALL
  SELECT account_no, NULL, account_id, account_name, pga_mpn_id, pga_mpn_id, location_city, location_country FROM partner_locations WHERE location_index = 0
)
ORDER BY account_no, mpn_id;

-- Subscriptions, month by month -----------------------------------------------------------------------------------------

CREATE VIEW subscription_month_rows AS
SELECT
  *,
  month_attribution = 'CPOR' AS is_cpor,
  CASE WHEN is_churned THEN 'Churned' ELSE 'Active' END AS subscription_state,
  CASE WHEN is_churned THEN 'Closed' WHEN chance('grace', month_no, 4) THEN 'In Grace Period' WHEN chance('open', subscription_no, 20) THEN 'Open' ELSE 'Active' END AS usage_state
FROM subscription_months
JOIN subscription_details USING (subscription_no, account_no)
JOIN partner_locations USING (location_no, account_no);

CREATE VIEW seat_rows AS FROM subscription_month_rows WHERE month >= getvariable('oldest_usage_month');

-- What is licensed and used by seats, per kind of product.
CREATE MACRO percent_of(part, whole) AS CASE WHEN whole > 0 THEN ((part * 10000 // whole) * 0.01)::DECIMAL(18, 4) END;
CREATE VIEW dynamics_rows AS FROM seat_rows WHERE kind = 'dynamics';
CREATE VIEW power_bi_rows AS FROM seat_rows WHERE kind = 'power bi';
CREATE VIEW mobility_rows AS FROM seat_rows WHERE kind = 'ems';

-- Resellers' sales: the account is the provider behind them. Rows of the first attribution only.
CREATE VIEW reseller_rows AS
SELECT *, CASE WHEN is_churned THEN 'Inactive' ELSE 'Active' END AS reseller_status
FROM seat_rows
WHERE reseller_name IS NOT NULL AND NOT is_duplicate;

-- Customers: a product of a customer in a month ---------------------------------------------------------------------------

CREATE TABLE client_product_lines AS
SELECT
  account_no, month, company_no, product_index, location_no, is_duplicate, month_attribution,
  min(subscription_no) AS subscription_no,
  bool_and(is_churned) AS is_inactive,
  sum(month_seats)::BIGINT AS seats,
  sum(active_seats)::BIGINT AS active,
  sum(billed_usd)::DECIMAL(18, 4) AS billed_usd,
  sum(month_acr_usd)::DECIMAL(18, 4) AS acr_usd
FROM subscription_months
JOIN (SELECT subscription_no, company_no, product_index FROM cloud_subscriptions) USING (subscription_no)
GROUP BY account_no, month, company_no, product_index, location_no, is_duplicate, month_attribution
ORDER BY account_no, month, company_no, product_index, location_no, is_duplicate, month_attribution;

CREATE VIEW client_product_rows AS
SELECT *, month_attribution = 'CPOR' AS is_cpor
FROM client_product_lines
JOIN (SELECT * EXCLUDE (company_no, product_index, seats) FROM subscription_details) USING (subscription_no, account_no)
JOIN client_companies USING (company_no)
JOIN partner_locations USING (location_no, account_no);

-- Azure: a service of a subscription in a month -----------------------------------------------------------------------------

CREATE TABLE azure_lines AS
SELECT account_no, month, subscription_no, service_index, is_duplicate, quantity, acr_usd
FROM azure_charges
JOIN (SELECT subscription_no, month, account_no, is_duplicate FROM subscription_months) USING (subscription_no, month)
ORDER BY account_no, month, subscription_no, service_index, is_duplicate;

CREATE VIEW azure_rows AS
SELECT *, getvariable('azure_services')[1 + service_index] AS service
FROM azure_lines
JOIN (SELECT * FROM subscription_month_rows WHERE kind = 'azure') USING (account_no, month, subscription_no, is_duplicate);

-- Office: a workload of a tenant in a month -----------------------------------------------------------------------------------

CREATE TABLE office_lines AS
SELECT account_no, month, company_no, location_no, is_duplicate, month_attribution, workload_index, paid_units
FROM (
  SELECT account_no, month, company_no, location_no, is_duplicate, month_attribution, sum(month_seats)::BIGINT AS paid_units
  FROM subscription_months
  JOIN (SELECT subscription_no, company_no, kind FROM cloud_subscriptions) USING (subscription_no)
  WHERE kind = 'office' AND month >= getvariable('oldest_usage_month')
  GROUP BY account_no, month, company_no, location_no, is_duplicate, month_attribution
)
CROSS JOIN (SELECT unnest(range(len(getvariable('office_workloads')))) AS workload_index)
ORDER BY account_no, month, company_no, location_no, is_duplicate, month_attribution, workload_index;

CREATE VIEW office_rows AS
SELECT
  *,
  getvariable('office_workloads')[1 + workload_index] AS workload,
  -- Everyone has mail; the rest spreads from company to company.
  (paid_units * CASE workload_index WHEN 0 THEN 80 + month(month) ELSE 25 + below('workload', company_no * 8 + workload_index, 60) + month(month) END) // 100 AS active_users
FROM office_lines
JOIN client_companies USING (company_no)
JOIN partner_locations USING (location_no, account_no);

-- Teams: tenants that pay for Office today ---------------------------------------------------------------------------------

CREATE TABLE teams_tenants AS
SELECT account_no, company_no, min(start_date) AS since, sum(seats)::BIGINT AS seats
FROM cloud_subscriptions
WHERE kind = 'office' AND churn_date IS NULL
GROUP BY account_no, company_no
HAVING bool_or(is_first) OR chance('teams', company_no, 50);

CREATE TABLE teams_months AS
SELECT account_no, month, company_no, part_index, seats
FROM teams_tenants
CROSS JOIN (SELECT (getvariable('this_month') - to_months(unnest(range(13))::INTEGER))::DATE AS month)
CROSS JOIN range(3) parts(part_index)
WHERE month >= month_of(since)
ORDER BY account_no, month, company_no, part_index;

CREATE VIEW teams_month_rows AS
SELECT
  *,
  company_no * 40000 + datediff('month', DATE '2000-01-01', month) * 8 + part_index AS line_no,
  ['Chat', 'Channels', 'Meetings'][1 + part_index] AS workload,
  seats * (30 + below('desktop', line_no, 50)) // 100 AS desktop_users,
  seats * (5 + below('web', line_no, 30)) // 100 AS web_users,
  seats * (20 + below('mobile', line_no, 40)) // 100 AS mobile_users
FROM teams_months
JOIN client_companies USING (company_no)
JOIN partners USING (account_no);

-- Every thirtieth day, back from the day before the reference.
CREATE TABLE teams_days AS
SELECT account_no, day, company_no, part_index, seats
FROM teams_tenants
CROSS JOIN (SELECT (getvariable('reference_date') - 1 - 30 * unnest(range(13))::INTEGER)::DATE AS day)
CROSS JOIN range(3) parts(part_index)
WHERE day >= since
ORDER BY account_no, day, company_no, part_index;

CREATE VIEW teams_day_rows AS
SELECT
  *,
  company_no * 400000 + datediff('day', DATE '2000-01-01', day) * 8 + part_index AS line_no,
  getvariable('teams_apps')[1 + part_index] AS app,
  1 + seats * below('app users', line_no, 25) // 100 AS app_users
FROM teams_days
JOIN client_companies USING (company_no)
JOIN partners USING (account_no);

CREATE VIEW teams_meeting_rows AS
SELECT
  *,
  ['Meetings', 'Calls'][1 + part_index] AS workload,
  1 + seats * (10 + below('meetings', line_no, 90)) // 100 AS meetings,
  -- Minutes.
  meetings * (4 + below('minutes', line_no, 50)) AS minutes
FROM teams_day_rows
WHERE part_index < 2;

-- Propensity: each customer that subscribes to anything ----------------------------------------------------------------------

CREATE TABLE prospects AS
SELECT DISTINCT account_no, company_no FROM cloud_subscriptions ORDER BY account_no, company_no;

CREATE MACRO cluster(salt, key) AS pick(['Act Now', 'Evaluate', 'Nurture', 'Educate'], concat(salt, ' cluster'), key);
-- One in six customers is a candidate for a sales play.
CREATE MACRO play(name, key) AS draw(name, key) % 6 = 0;
CREATE MACRO level(salt, key) AS pick(['High', 'Medium', 'Low'], salt, key);

CREATE MACRO service_names(from_index, count) AS
  array_to_string(list_transform(getvariable('azure_services')[from_index:from_index + count - 1], lambda service: service.service), '; ');

CREATE VIEW prospect_rows AS
SELECT
  *,
  chance('agreement', company_no, 30) AS has_agreement,
  NOT has_agreement AND chance('open license', company_no, 30) AS has_open_license,
  -- Services from the front of the list are there, others from behind them are recommended.
  below('existing workloads', company_no, 5) AS existing_workloads,
  1 + below('recommended workloads', company_no, 3) AS recommended_workloads,
  nullif(service_names(1, existing_workloads), '') AS existing_workload_names,
  service_names(5, recommended_workloads) AS recommended_workload_names
FROM prospects
JOIN client_companies USING (company_no)
JOIN (SELECT account_no, account_id, account_name, mpn_id FROM partner_locations WHERE location_index = 0) USING (account_no);

-- Surface is sold to some of them.
CREATE VIEW device_prospect_rows AS FROM prospect_rows WHERE chance('devices', company_no, 70);

-- Agreements that run out within the next eighteen months.
CREATE VIEW agreement_rows AS
SELECT
  *,
  CASE WHEN has_agreement THEN 'Enterprise Agreement' ELSE pick(['Open Value', 'Open License'], 'open program', company_no) END AS license_program,
  (getvariable('reference_date') + below('agreement end', company_no, 540)::INTEGER)::DATE AS agreement_end_date,
  money(500 + steep('expiring revenue', company_no, 400000)) AS expiring_revenue_usd
FROM prospect_rows
WHERE has_agreement OR has_open_license;

-- People of the partner, and what they learned ---------------------------------------------------------------------------------

CREATE MACRO learner_count(account_no) AS 6 + 40 // (1 + account_no);
CREATE MACRO completions(salt, first_ages) AS TABLE
SELECT
  account_no,
  (getvariable('reference_date') - age_days::INTEGER)::DATE AS day,
  completion_no,
  account_no * 100 + below(concat(salt, ' person'), completion_no, learner_count(account_no)) AS person_no
FROM (
  SELECT
    completion_no,
    completion_no < getvariable('account_count') * len(first_ages) AS is_first,
    CASE WHEN is_first THEN completion_no % getvariable('account_count') ELSE steep(concat(salt, ' account'), completion_no, getvariable('account_count')) END AS account_no,
    CASE WHEN is_first THEN first_ages[1 + completion_no // getvariable('account_count')] ELSE skewed(concat(salt, ' age'), completion_no, 395) END AS age_days
  FROM range(greatest(getvariable('account_count') * 12, getvariable('usage_rows') // 400)) completions(completion_no)
);

CREATE TABLE training_lines AS FROM completions('training', [3, 20, 50, 140, 300]) ORDER BY account_no, day, completion_no;
CREATE TABLE learning_lines AS FROM completions('learning', [2, 11, 24, 80, 200]) ORDER BY account_no, day, completion_no;

CREATE VIEW people AS
SELECT
  person_no,
  pick(getvariable('first_names'), 'learner first name', person_no) AS first_name,
  pick(getvariable('last_names'), 'learner last name', person_no) AS last_name,
  guid('learner', person_no) AS user_id,
  concat('learner', person_no) AS user_name,
  chance('certified', person_no, 70) AS is_certified,
  below('learner location', person_no, 8) AS location_choice
FROM (SELECT DISTINCT person_no FROM (SELECT person_no FROM training_lines UNION ALL SELECT person_no FROM learning_lines));

CREATE VIEW training_rows AS
SELECT *, pick(getvariable('trainings'), 'training', completion_no) AS training
FROM training_lines
JOIN people USING (person_no)
JOIN (SELECT account_no, first_location_no, location_count FROM partners) USING (account_no)
JOIN (SELECT * EXCLUDE (account_no) FROM partner_locations) AS places ON places.location_no = first_location_no + location_choice % location_count;

CREATE VIEW learning_rows AS
SELECT *, pick(getvariable('learnings'), 'learning', completion_no) AS learning
FROM learning_lines
JOIN people USING (person_no)
JOIN (SELECT account_no, first_location_no, location_count FROM partners) USING (account_no)
JOIN (SELECT * EXCLUDE (account_no) FROM partner_locations) AS places ON places.location_no = first_location_no + location_choice % location_count;

-- Competencies: attained anew each year, one of each account's lately ---------------------------------------------------------

CREATE TABLE partner_competencies AS
SELECT
  account_no, account_id, competency_index,
  getvariable('competencies')[1 + (below('first competency', account_no, 8) + competency_index) % 8] AS competency,
  CASE WHEN chance('gold', account_no * 8 + competency_index, 45) THEN 'Gold' ELSE 'Silver' END AS competency_level,
  (getvariable('reference_date') - CASE competency_index WHEN 0 THEN 12 ELSE 20 + below('anniversary', account_no * 8 + competency_index, 340) END::INTEGER)::DATE AS attained_date
FROM (SELECT account_no, account_id, unnest(range(3 + below('competencies', account_no, 4))) AS competency_index FROM partners);

CREATE TABLE competency_rows AS
SELECT
  *,
  (attained_date - to_years(year_index::INTEGER))::DATE AS competency_start_date,
  (competency_start_date + INTERVAL 1 YEAR - INTERVAL 1 DAY)::DATE AS competency_end_date,
  CASE WHEN year_index = 0 THEN 'Active' ELSE 'Expired' END AS competency_status
FROM (SELECT *, unnest(range(3)) AS year_index FROM partner_competencies)
ORDER BY account_no, competency_start_date, competency_index;

-- What counts towards them: contributions of a month, of the twelve months to it, of the months since the anniversary.
CREATE TABLE requirement_rows AS
SELECT *
FROM (
  SELECT
    *,
    sum(contribution) OVER (PARTITION BY account_no, competency_index, metric_index ORDER BY month ROWS 11 PRECEDING)::DECIMAL(18, 4) AS twelve_months,
    sum(contribution) OVER (PARTITION BY account_no, competency_index, metric_index, anniversary_year ORDER BY month)::DECIMAL(18, 4) AS since_anniversary
  FROM (
    SELECT
      *,
      (getvariable('this_month') - to_months(months_ago::INTEGER))::DATE AS month,
      datesub('month', month_of(attained_date), month + INTERVAL 120 MONTH) // 12 AS anniversary_year,
      ['Customers added', 'Active usage growth', 'Certified individuals'][1 + metric_index] AS metric_name,
      [8, 400, 4][1 + metric_index] AS silver_threshold,
      below('contribution', ((account_no * 8 + competency_index) * 4 + metric_index) * 5000 + datediff('month', DATE '2000-01-01', month), silver_threshold // 3 + 1)::DECIMAL(18, 4) AS contribution
    FROM partner_competencies
    CROSS JOIN range(3) metrics(metric_index)
    CROSS JOIN range(24) months(months_ago)
  )
)
WHERE months_ago < 13
ORDER BY account_no, month, competency_index, metric_index;
