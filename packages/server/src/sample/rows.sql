-- The rows of each file, made from the world: one view per dataset, which the catalog's `sample.rows` names.
--
-- Beneath each view lies a narrow table that has the rows in the order of the file (account, date, then what makes a
-- row unique), so that the wide columns are only looked up while the file is written, never sorted: that is most of the
-- speed. The writer keeps the order of the table (see create-world.ts).

-- Orders: one row per event of an order (purchase, renewals, cancellation), numbered as versions ------------------------

CREATE TABLE order_events AS
SELECT *, row_number() OVER (ORDER BY account_no, purchase_date, order_no, order_version) AS event_no
FROM (
  SELECT
    account_no, purchase_date, order_no, event_date, order_action,
    row_number() OVER (PARTITION BY order_no ORDER BY event_date, order_action = 'Canceled') AS order_version,
    event_index
  FROM (
    SELECT account_no, purchase_date, order_no, 'Purchase' AS order_action, 0 AS event_index, purchase_date AS event_date
    FROM orders WHERE asset_id IS NOT NULL
    UNION ALL
    SELECT account_no, purchase_date, order_no, 'Renewed', period, (purchase_date + to_months((period * term_months)::INTEGER))::DATE
    FROM (SELECT *, unnest(range(1, 1 + datesub('month', purchase_date, last_date) // term_months)) AS period FROM orders WHERE asset_id IS NOT NULL)
    WHERE order_status <> 'Abandoned'
    UNION ALL
    SELECT account_no, purchase_date, order_no, 'Canceled', 1000, cancel_date
    FROM orders WHERE asset_id IS NOT NULL AND cancel_date IS NOT NULL
  )
)
ORDER BY event_no;

CREATE VIEW order_rows AS
SELECT
  *,
  order_version = max_version AS is_latest,
  -- An order was active at each version but its last.
  CASE WHEN order_version = max_version THEN order_status ELSE 'Active' END AS status_then,
  least(greatest(event_date + to_seconds(order_no * 7919 % 86400), purchased_at), getvariable('reference_at')) AS event_at,
  event_date AS term_start_date,
  (event_date + to_months(coalesce(term_months, 1)::INTEGER) - INTERVAL 1 DAY)::DATE AS term_end_date,
  guid('purchase record', event_no) AS purchase_record_id,
  guid('purchase line', event_no) AS purchase_line_id,
  CASE order_action WHEN 'Purchase' THEN quantity WHEN 'Canceled' THEN -quantity ELSE 0 END AS quantity_changed,
  -- Nothing is due for a trial's first term, and nothing for an order that ended.
  CASE
    WHEN order_action = 'Canceled' OR order_status = 'Abandoned' THEN NULL
    WHEN order_version = 1 AND trial_end_date IS NOT NULL THEN 0
    WHEN term_months IS NULL THEN 0
    -- A reserved machine is paid for all its hours.
    ELSE price_cc * quantity * term_months * CASE WHEN offer_runs_on_machines THEN 730 ELSE 1 END
  END::DECIMAL(18, 4) AS billed_cc,
  CASE WHEN billed_cc IS NULL THEN NULL ELSE money(billed_cc / per_usd) END AS billed_usd
FROM order_events
JOIN (SELECT order_no, max(order_version) AS max_version FROM order_events GROUP BY order_no) USING (order_no)
JOIN order_details USING (order_no, account_no, purchase_date);

-- Usage: exactly usage_rows lines, shared out by how long and how heavily an order is used ------------------------------

CREATE TABLE usage_lines AS
WITH
used AS (
  SELECT
    order_no, account_no, purchase_date AS first_day,
    least(last_date, getvariable('reference_date') - 1) - purchase_date + 1 AS days,
    -- A young order counts for two months, or it would hardly be seen.
    greatest(days, 60) * (1 + steep('usage weight', order_no, 40)) AS weight
  FROM order_details
  WHERE order_status <> 'Abandoned' AND purchase_date < getvariable('reference_date') AND (offer_runs_on_machines OR plan_has_meter)
),
shared AS (
  SELECT
    *,
    sum(weight) OVER (ORDER BY order_no) AS weight_to_here,
    sum(weight) OVER () AS weight_in_all
  FROM used
),
counted AS (
  SELECT
    *,
    (weight_to_here * getvariable('usage_rows') // weight_in_all - (weight_to_here - weight) * getvariable('usage_rows') // weight_in_all)::BIGINT AS lines
  FROM shared
)
SELECT account_no, first_day + (line * days // lines)::INTEGER AS usage_date, order_no, line
FROM (SELECT *, unnest(range(lines)) AS line FROM counted)
ORDER BY account_no, usage_date, order_no, line;

CREATE VIEW usage_rows AS
SELECT
  *,
  month_of(usage_date) AS usage_month,
  -- The machine or the meter reading of this line.
  CASE WHEN offer_runs_on_machines THEN getvariable('machine_sizes')[1 + (machine_size_index + line % 2)] END AS machine_size,
  line_no % 24 + 1 AS hours,
  CASE WHEN offer_runs_on_machines THEN (hours * machines)::DECIMAL(18, 4) END AS raw_usage,
  CASE WHEN offer_runs_on_machines THEN (hours * machines * CASE WHEN machine_size['shared'] THEN 0.1666 ELSE machine_size['cores'] END)::DECIMAL(18, 4) END AS normalized_usage,
  CASE WHEN plan_has_meter THEN draw('anomaly', line_no) % 200 = 0 END AS is_anomalous,
  CASE WHEN NOT offer_runs_on_machines THEN (1 + line_no % 500 + CASE WHEN is_anomalous THEN 40000 ELSE 0 END)::DECIMAL(18, 4) END AS metered_usage,
  CASE WHEN is_anomalous THEN line_no % 3 <> 0 END AS is_marked_anomaly,
  CASE WHEN is_marked_anomaly THEN (1 + line_no % 500)::DECIMAL(18, 4) END AS corrected_usage,
  CASE WHEN is_marked_anomaly THEN least(usage_date + to_seconds(90000 + line_no % 86400), getvariable('reference_at')) END AS action_taken_at,
  coalesce(normalized_usage, metered_usage) AS billed_usage,
  CASE WHEN plan_license_type = 'Bring Your Own License' THEN 0 ELSE 1 END AS is_billed,
  money(billed_usage * unit_price_cc) * is_billed AS charge_cc,
  money(billed_usage * unit_price_pc) * is_billed AS charge_pc,
  CASE WHEN plan_has_meter THEN CASE WHEN is_anomalous THEN money((metered_usage - 500) * unit_price_usd) ELSE 0 END END AS anomaly_impact_usd
FROM (SELECT *, (draw('usage', order_no * 1000003 + line) >> 24)::BIGINT AS line_no FROM usage_lines)
JOIN order_details USING (order_no, account_no);

-- Customers: the first order tells offer and plan ----------------------------------------------------------------------

CREATE TABLE customer_lines AS
SELECT *, row_number() OVER (ORDER BY account_no, date_acquired, company_no) AS record_no
FROM customers
ORDER BY record_no;

CREATE VIEW customer_rows AS
SELECT customer_lines.* EXCLUDE (company_no, account_no, date_acquired), order_details.* EXCLUDE (order_no)
FROM customer_lines
JOIN order_details USING (order_no);

-- Marketplace visits: one row per eight of usage ------------------------------------------------------------------------

CREATE TABLE visit_lines AS
WITH
weighed AS (
  SELECT offer_no, account_no, 1 + steep('visits', offer_no, 30) AS weight
  FROM offers
),
counted AS (
  SELECT
    *,
    sum(weight) OVER (ORDER BY offer_no) AS weight_to_here,
    sum(weight) OVER () AS weight_in_all,
    -- Some in every half month for the smallest offer too.
    80 + (weight_to_here * (getvariable('usage_rows') // 8) // weight_in_all - (weight_to_here - weight) * (getvariable('usage_rows') // 8) // weight_in_all)::BIGINT AS lines
  FROM weighed
)
SELECT
  account_no,
  (getvariable('reference_date') - (line * getvariable('history_days') // lines)::INTEGER)::DATE AS visit_date,
  offer_no, line,
  row_number() OVER (ORDER BY account_no, visit_date, offer_no, line) AS visit_no
FROM (SELECT *, unnest(range(lines)) AS line FROM counted)
ORDER BY visit_no;

CREATE VIEW visit_rows AS
SELECT
  *,
  countries.country AS visitor_country,
  1 + steep('page visits', visit_no, 60) AS page_visits,
  steep('get it now', visit_no, 9) AS get_it_now,
  steep('contact me', visit_no, 4) AS contact_me,
  steep('test drive', visit_no, 3) AS test_drive,
  steep('free trial', visit_no, 5) AS free_trial,
  least(page_visits, get_it_now + contact_me + test_drive + free_trial) AS consents
FROM (SELECT *, pick(getvariable('country_codes'), 'visitor country', visit_no) AS country_code FROM visit_lines)
JOIN offers USING (offer_no, account_no)
JOIN accounts USING (account_no)
JOIN countries USING (country_code);

-- Revenue: what subscriptions were billed, and each month's usage -------------------------------------------------------

CREATE TABLE revenue_lines AS
SELECT *, row_number() OVER (ORDER BY account_no, month_start, order_no, purchase_record_id, line_item_id) AS revenue_no
FROM (
  SELECT
    account_no, month_of(event_date) AS month_start, order_no, purchase_record_id, purchase_line_id AS line_item_id,
    billed_cc AS amount_cc, quantity::DECIMAL(18, 4) AS quantity, 'SubscriptionBased' AS billing_model,
    term_start_date, term_end_date
  FROM order_rows
  WHERE billed_cc > 0
  UNION ALL
  SELECT
    account_no, usage_month, order_no, guid('usage invoice', order_no * 100000 + datediff('month', DATE '2000-01-01', usage_month)), guid('usage line', order_no),
    sum(charge_cc)::DECIMAL(18, 4), sum(billed_usage)::DECIMAL(18, 4), 'UsageBased',
    usage_month, (usage_month + INTERVAL 1 MONTH - INTERVAL 1 DAY)::DATE
  FROM usage_rows
  WHERE NOT plan_is_free AND is_billed = 1
  GROUP BY account_no, usage_month, order_no
)
ORDER BY revenue_no;

CREATE VIEW revenue_rows AS
SELECT
  *,
  money(amount_cc / per_usd) AS amount_usd,
  money(amount_usd * payout_per_usd) AS amount_pc,
  -- The store keeps three per cent.
  money(amount_cc * 0.97) AS earning_cc,
  money(amount_usd * 0.97) AS earning_usd,
  money(amount_pc * 0.97) AS earning_pc,
  datediff('month', month_start, getvariable('reference_date')) AS months_ago,
  -- The ways a payout can go wrong need time to happen.
  CASE
    WHEN months_ago = 0 THEN 'Unprocessed'
    WHEN months_ago = 1 THEN 'Upcoming'
    WHEN chance('payout', revenue_no, 93) THEN 'Sent'
    ELSE pick(['Rejected', 'Not eligible', 'Reprocessed', 'Unreconciled', 'Uncollected'], 'payout trouble', revenue_no)
  END AS payout_status,
  (month_start + INTERVAL 2 MONTH)::DATE AS payout_month,
  CASE WHEN payout_status = 'Sent' THEN least(payout_month + 14, getvariable('reference_date')) END AS payment_sent_date,
  billing_model = 'SubscriptionBased' AND trial_end_date IS NOT NULL AND month_start <= trial_end_date AS in_trial
FROM revenue_lines
JOIN order_details USING (order_no, account_no);

-- Retention: machine offers first used in the last 18 months, at every 30th day since ------------------------------------

CREATE TABLE retention_lines AS
WITH
used AS (
  SELECT order_no, usage_date - purchase_date AS day, sum(money(billed_usage * unit_price_usd) * is_billed) AS usd
  FROM usage_rows
  WHERE offer_runs_on_machines AND purchase_date > (getvariable('reference_date') - INTERVAL 18 MONTH)::DATE
  GROUP BY order_no, day
),
steps AS (
  SELECT order_no, unnest(range(0, 1 + max(day), 30)) AS day_offset FROM used GROUP BY order_no
)
SELECT
  account_no, purchase_date AS first_usage_date, steps.order_no, day_offset,
  coalesce(sum(usd), 0)::DECIMAL(18, 4) AS revenue_usd,
  coalesce(sum(usd) FILTER (day = day_offset), 0)::DECIMAL(18, 4) AS revenue_per_day_usd
FROM steps
JOIN orders USING (order_no)
LEFT JOIN used ON used.order_no = steps.order_no AND day <= day_offset
GROUP BY account_no, purchase_date, steps.order_no, day_offset
ORDER BY account_no, first_usage_date, steps.order_no, day_offset;

CREATE VIEW retention_rows AS SELECT * FROM retention_lines JOIN order_details USING (order_no, account_no);

-- Quality of service: deployments of public applications, one row per resource --------------------------------------------

CREATE TABLE deployment_lines AS
SELECT *, row_number() OVER (ORDER BY account_no, started_at, order_no, deployment_index, resource_index) AS line_no
FROM (
  SELECT
    *,
    CASE WHEN deployment_index = 0 THEN purchased_at ELSE purchase_date + to_seconds(below('deployed', deployment_no, greatest(1, last_date - purchase_date) * 86400)) END AS started_at,
    1500 + steep('duration', deployment_no, 3600000) AS duration_ms,
    started_at + to_milliseconds(duration_ms) AS ended_at,
    unnest(range(1 + below('resources', deployment_no, 3))) AS resource_index
  FROM (
    SELECT
      account_no, order_no, purchase_date, purchased_at, last_date,
      unnest(range(1 + below('deployments', order_no, 3))) AS deployment_index,
      order_no * 8 + deployment_index AS deployment_no
    FROM order_details
    WHERE offer_type = 'Azure Applications' AND NOT is_private_offer
  )
)
WHERE ended_at <= getvariable('reference_at')
ORDER BY line_no;

CREATE VIEW deployment_rows AS
SELECT
  *,
  getvariable('resources')[1 + (below('first resource', deployment_no, 4) + resource_index) % 4] AS resource,
  concat(resource['prefix'], '-', country_code, '-', deployment_no) AS resource_name,
  concat('rg-', slug(offer_name), '-', order_no) AS resource_group,
  CASE WHEN is_failed AND resource_index = 0 THEN pick(getvariable('deployment_errors'), 'deployment error', deployment_no) END AS error
FROM (SELECT * EXCLUDE (purchase_date, purchased_at, last_date), chance('deployment fails', deployment_no, 14) AS is_failed FROM deployment_lines)
JOIN order_details USING (order_no, account_no);

-- Licenses: one row per order of a seat-based offer -------------------------------------------------------------------------

CREATE TABLE license_lines AS
SELECT account_no, purchase_date, order_no
FROM order_details
WHERE offer_type = 'SaaS' AND asset_id IS NOT NULL
ORDER BY account_no, purchase_date, order_no;

CREATE VIEW license_rows AS
SELECT
  *,
  CASE order_status WHEN 'Active' THEN 'Active' WHEN 'Warning' THEN 'In grace' ELSE 'Inactive' END AS license_state,
  quantity AS licenses_provisioned,
  CASE WHEN license_state = 'Inactive' THEN 0 ELSE quantity - steep('unassigned', order_no, quantity) END AS licenses_assigned
FROM license_lines
JOIN order_details USING (order_no, account_no, purchase_date);

-- Virtual machines: each machine that ran in a month, with the image version it ran --------------------------------------------

CREATE TABLE machine_lines AS
SELECT account_no, month_start, order_no, machine_index
FROM (
  SELECT *, unnest(range(least(machines, 3))) AS machine_index
  FROM (
    SELECT
      account_no, order_no, machines,
      greatest(month_of(purchase_date), month_of(getvariable('reference_date')) - INTERVAL 17 MONTH)::DATE AS first_month,
      (first_month + to_months(unnest(range(1 + datediff('month', first_month, last_date)))::INTEGER))::DATE AS month_start
    FROM order_details
    WHERE offer_runs_on_machines AND order_status <> 'Abandoned'
  )
)
ORDER BY account_no, month_start, order_no, machine_index;

CREATE VIEW machine_rows AS
SELECT
  *,
  guid('machine', order_no * 4 + machine_index) AS machine_id,
  getvariable('machine_sizes')[1 + (machine_size_index + machine_index % 2)].vm_size AS machine_size_name,
  -- A new minor version each quarter; a third of the machines stay one behind.
  greatest(0, datediff('quarter', DATE '2020-01-01', month_start) - CASE WHEN chance('old image', order_no, 33) THEN 1 ELSE 0 END) AS image_age,
  concat(1 + image_age // 8, '.', image_age % 8, '.', below('image patch', offer_no * 1000 + image_age, 20)) AS image_version
FROM machine_lines
JOIN order_details USING (order_no, account_no);
