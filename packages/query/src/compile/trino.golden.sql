# names: one name each, whatever they hold
Order: "Order"
Revenue(USD): "Revenue(USD)"
a"b: "a""b"
it's: "it's"
: ""
# values: bound, or in quotes that they can't end; a text compares without case
text without case: lower(CAST(t."Name" AS VARCHAR)) = lower('O''Neil')
text list: lower(CAST(t."Name" AS VARCHAR)) IN (lower('a'), lower('B'))
a backslash is a letter: lower(CAST(t."Name" AS VARCHAR)) = lower('a\b')
a text that looks like SQL: lower(CAST(t."Name" AS VARCHAR)) != lower(''' OR 1=1 --')
LIKE: lower(CAST(t."Name" AS VARCHAR)) LIKE lower('a%_')
LIKE with escapes: lower(CAST(t."Name" AS VARCHAR)) NOT LIKE lower('100\%a\\') ESCAPE '\'
whole number: CAST(t."Quantity" AS BIGINT) >= -5
whole number beyond 64 bits: CAST(t."Quantity" AS BIGINT) < DECIMAL '99999999999999999999'
decimal: t."Price" = DECIMAL '1.5'
decimal beyond 38 digits: t."Price" > DOUBLE '0.00000000000000000000000000000000000000001'
boolean: CAST(t."IsPaid" AS BOOLEAN) IN (TRUE)
boolean of no form: CAST(t."IsPaid" AS BOOLEAN) != CAST(t."IsPaid" AS BOOLEAN)
date: CAST(t."Day" AS DATE) BETWEEN DATE '2024-01-31' AND DATE '2024-02-29'
timestamp: CAST(t."At" AS TIMESTAMP(6)) < TIMESTAMP '1969-12-31 23:59:59.500000'
NULL: CAST(t."Name" AS VARCHAR) IS NOT NULL
# metrics: the same however the rows are split
sum of decimals: CAST(sum(CAST(CASE WHEN is_finite(t."Price") THEN t."Price" END AS DECIMAL(38, 12))) AS DOUBLE)
sum of whole numbers: sum(CAST(CAST(t."Quantity" AS BIGINT) AS DECIMAL(38, 0)))
mean: CAST(CAST(sum(CAST(CASE WHEN is_finite(t."Weight") THEN t."Weight" END AS DECIMAL(38, 12))) AS DOUBLE) / CAST(count(CAST(CASE WHEN is_finite(t."Weight") THEN t."Weight" END AS DECIMAL(38, 12))) AS DOUBLE) AS DOUBLE)
count of all rows: count(*)
count of different values: count(DISTINCT CAST(t."Name" AS VARCHAR))
arithmetic in a row: CAST(sum(CAST(CASE WHEN is_finite((CAST(t."Price" AS DOUBLE) * CAST(CAST(t."Quantity" AS BIGINT) AS DOUBLE))) THEN (CAST(t."Price" AS DOUBLE) * CAST(CAST(t."Quantity" AS BIGINT) AS DOUBLE)) END AS DECIMAL(38, 12))) AS DOUBLE)
whole arithmetic: (CAST(sum(CAST((CAST(CAST(t."Quantity" AS BIGINT) AS DECIMAL(38, 0)) * CAST(2 AS DECIMAL(38, 0))) AS DECIMAL(38, 0))) AS DECIMAL(38, 0)) - CAST(count(*) AS DECIMAL(38, 0)))
a ratio: CAST((CAST(sum(CAST(CASE WHEN is_finite(t."Price") THEN t."Price" END AS DECIMAL(38, 12))) AS DOUBLE) / nullif(CAST(count(*) AS DOUBLE), 0)) AS DOUBLE)
# rows: ordered by their values, NULL last either way, a text without case first; the window; the first seven
SELECT
  r.c1 AS "City",
  CASE WHEN NOT regexp_like(r.c2, '^-?[0-9]') THEN NULL WHEN r.c2 IN ('0.0E0', '-0.0E0') THEN '0' WHEN CAST(regexp_extract(r.c2, 'E(-?[0-9]+)$', 1) AS INTEGER) IS NULL THEN CASE WHEN strpos(r.c2, '.') = 0 THEN r.c2 ELSE regexp_replace(r.c2, '\.?0+$', '') END WHEN CAST(regexp_extract(r.c2, 'E(-?[0-9]+)$', 1) AS INTEGER) >= 16 THEN coalesce(r.c3, CASE WHEN r.c2 LIKE '-%' THEN '-' ELSE '' END || rpad(replace(regexp_extract(r.c2, '^-?([0-9.]+)', 1), '.', ''), CAST(regexp_extract(r.c2, 'E(-?[0-9]+)$', 1) AS INTEGER) + 1, '0')) WHEN CAST(regexp_extract(r.c2, 'E(-?[0-9]+)$', 1) AS INTEGER) >= length(replace(regexp_extract(r.c2, '^-?([0-9.]+)', 1), '.', '')) - 1 THEN CASE WHEN r.c2 LIKE '-%' THEN '-' ELSE '' END || rpad(replace(regexp_extract(r.c2, '^-?([0-9.]+)', 1), '.', ''), CAST(regexp_extract(r.c2, 'E(-?[0-9]+)$', 1) AS INTEGER) + 1, '0') WHEN CAST(regexp_extract(r.c2, 'E(-?[0-9]+)$', 1) AS INTEGER) >= 0 THEN CASE WHEN r.c2 LIKE '-%' THEN '-' ELSE '' END || regexp_replace(substr(replace(regexp_extract(r.c2, '^-?([0-9.]+)', 1), '.', ''), 1, CAST(regexp_extract(r.c2, 'E(-?[0-9]+)$', 1) AS INTEGER) + 1) || '.' || substr(replace(regexp_extract(r.c2, '^-?([0-9.]+)', 1), '.', ''), CAST(regexp_extract(r.c2, 'E(-?[0-9]+)$', 1) AS INTEGER) + 2), '\.?0+$', '') ELSE CASE WHEN r.c2 LIKE '-%' THEN '-' ELSE '' END || regexp_replace('0.' || rpad('', -CAST(regexp_extract(r.c2, 'E(-?[0-9]+)$', 1) AS INTEGER) - 1, '0') || replace(regexp_extract(r.c2, '^-?([0-9.]+)', 1), '.', ''), '\.?0+$', '') END AS "Price",
  CASE WHEN r.c4 THEN 'Yes' WHEN NOT r.c4 THEN 'No' END AS "IsNew",
  CAST(r.c5 AS VARCHAR) AS "Day",
  substr(r.c6, 1, 10) || 'T' || substr(r.c6, 12, 8) || CASE WHEN substr(r.c6, 21) = '000000' THEN '' ELSE '.' || substr(r.c6, 21) END || 'Z' AS "At"
FROM (
SELECT *
FROM (
SELECT
  CAST(t."City" AS VARCHAR) AS c1,
  CAST(t."Price" AS VARCHAR) AS c2,
  CAST(TRY_CAST(t."Price" AS DECIMAL(38, 0)) AS VARCHAR) AS c3,
  CAST(t."IsNew" AS BOOLEAN) AS c4,
  CAST(t."Day" AS DATE) AS c5,
  CAST(CAST(t."At" AS TIMESTAMP(6)) AS VARCHAR) AS c6,
  CAST(t."Quantity" AS BIGINT) AS c7,
  t."Price" AS c8,
  CAST(t."At" AS TIMESTAMP(6)) AS c9
FROM "hive"."insights"."sales ""2024""" AS t
WHERE
  t."Owner" = 'o''wner' AND
  CAST(t."Day" AS DATE) >= DATE '2024-04-30' AND
  CAST(t."Day" AS DATE) <= DATE '2024-05-31'
) AS r
ORDER BY
  lower(r.c1) DESC NULLS LAST,
  r.c1 DESC NULLS LAST,
  r.c7 ASC NULLS LAST,
  r.c8 ASC NULLS LAST,
  r.c4 ASC NULLS LAST,
  r.c5 ASC NULLS LAST,
  r.c9 ASC NULLS LAST
LIMIT 7
) AS r
ORDER BY
  lower(r.c1) DESC NULLS LAST,
  r.c1 DESC NULLS LAST,
  r.c7 ASC NULLS LAST,
  r.c8 ASC NULLS LAST,
  r.c4 ASC NULLS LAST,
  r.c5 ASC NULLS LAST,
  r.c9 ASC NULLS LAST
# groups: ordered by their columns; forms of whole and other numbers
SELECT
  r.c1 AS "City",
  CAST(r.c2 AS VARCHAR) AS "TotalQuantity",
  CASE WHEN r.c3 THEN CASE WHEN NOT regexp_like(r.c4, '^-?[0-9]') THEN NULL WHEN r.c4 IN ('0.0E0', '-0.0E0') THEN '0' WHEN CAST(regexp_extract(r.c4, 'E(-?[0-9]+)$', 1) AS INTEGER) IS NULL THEN CASE WHEN strpos(r.c4, '.') = 0 THEN r.c4 ELSE regexp_replace(r.c4, '\.?0+$', '') END WHEN CAST(regexp_extract(r.c4, 'E(-?[0-9]+)$', 1) AS INTEGER) >= 16 THEN coalesce(r.c5, CASE WHEN r.c4 LIKE '-%' THEN '-' ELSE '' END || rpad(replace(regexp_extract(r.c4, '^-?([0-9.]+)', 1), '.', ''), CAST(regexp_extract(r.c4, 'E(-?[0-9]+)$', 1) AS INTEGER) + 1, '0')) WHEN CAST(regexp_extract(r.c4, 'E(-?[0-9]+)$', 1) AS INTEGER) >= length(replace(regexp_extract(r.c4, '^-?([0-9.]+)', 1), '.', '')) - 1 THEN CASE WHEN r.c4 LIKE '-%' THEN '-' ELSE '' END || rpad(replace(regexp_extract(r.c4, '^-?([0-9.]+)', 1), '.', ''), CAST(regexp_extract(r.c4, 'E(-?[0-9]+)$', 1) AS INTEGER) + 1, '0') WHEN CAST(regexp_extract(r.c4, 'E(-?[0-9]+)$', 1) AS INTEGER) >= 0 THEN CASE WHEN r.c4 LIKE '-%' THEN '-' ELSE '' END || regexp_replace(substr(replace(regexp_extract(r.c4, '^-?([0-9.]+)', 1), '.', ''), 1, CAST(regexp_extract(r.c4, 'E(-?[0-9]+)$', 1) AS INTEGER) + 1) || '.' || substr(replace(regexp_extract(r.c4, '^-?([0-9.]+)', 1), '.', ''), CAST(regexp_extract(r.c4, 'E(-?[0-9]+)$', 1) AS INTEGER) + 2), '\.?0+$', '') ELSE CASE WHEN r.c4 LIKE '-%' THEN '-' ELSE '' END || regexp_replace('0.' || rpad('', -CAST(regexp_extract(r.c4, 'E(-?[0-9]+)$', 1) AS INTEGER) - 1, '0') || replace(regexp_extract(r.c4, '^-?([0-9.]+)', 1), '.', ''), '\.?0+$', '') END ELSE CASE WHEN NOT regexp_like(r.c6, '^-?[0-9]') THEN NULL WHEN r.c6 IN ('0.0E0', '-0.0E0') THEN '0' WHEN CAST(regexp_extract(r.c6, 'E(-?[0-9]+)$', 1) AS INTEGER) IS NULL THEN CASE WHEN strpos(r.c6, '.') = 0 THEN r.c6 ELSE regexp_replace(r.c6, '\.?0+$', '') END WHEN CAST(regexp_extract(r.c6, 'E(-?[0-9]+)$', 1) AS INTEGER) >= 16 THEN coalesce(r.c7, CASE WHEN r.c6 LIKE '-%' THEN '-' ELSE '' END || rpad(replace(regexp_extract(r.c6, '^-?([0-9.]+)', 1), '.', ''), CAST(regexp_extract(r.c6, 'E(-?[0-9]+)$', 1) AS INTEGER) + 1, '0')) WHEN CAST(regexp_extract(r.c6, 'E(-?[0-9]+)$', 1) AS INTEGER) >= length(replace(regexp_extract(r.c6, '^-?([0-9.]+)', 1), '.', '')) - 1 THEN CASE WHEN r.c6 LIKE '-%' THEN '-' ELSE '' END || rpad(replace(regexp_extract(r.c6, '^-?([0-9.]+)', 1), '.', ''), CAST(regexp_extract(r.c6, 'E(-?[0-9]+)$', 1) AS INTEGER) + 1, '0') WHEN CAST(regexp_extract(r.c6, 'E(-?[0-9]+)$', 1) AS INTEGER) >= 0 THEN CASE WHEN r.c6 LIKE '-%' THEN '-' ELSE '' END || regexp_replace(substr(replace(regexp_extract(r.c6, '^-?([0-9.]+)', 1), '.', ''), 1, CAST(regexp_extract(r.c6, 'E(-?[0-9]+)$', 1) AS INTEGER) + 1) || '.' || substr(replace(regexp_extract(r.c6, '^-?([0-9.]+)', 1), '.', ''), CAST(regexp_extract(r.c6, 'E(-?[0-9]+)$', 1) AS INTEGER) + 2), '\.?0+$', '') ELSE CASE WHEN r.c6 LIKE '-%' THEN '-' ELSE '' END || regexp_replace('0.' || rpad('', -CAST(regexp_extract(r.c6, 'E(-?[0-9]+)$', 1) AS INTEGER) - 1, '0') || replace(regexp_extract(r.c6, '^-?([0-9.]+)', 1), '.', ''), '\.?0+$', '') END END AS "TotalPrice",
  CASE WHEN NOT regexp_like(r.c8, '^-?[0-9]') THEN NULL WHEN r.c8 IN ('0.0E0', '-0.0E0') THEN '0' WHEN CAST(regexp_extract(r.c8, 'E(-?[0-9]+)$', 1) AS INTEGER) IS NULL THEN CASE WHEN strpos(r.c8, '.') = 0 THEN r.c8 ELSE regexp_replace(r.c8, '\.?0+$', '') END WHEN CAST(regexp_extract(r.c8, 'E(-?[0-9]+)$', 1) AS INTEGER) >= 16 THEN coalesce(r.c9, CASE WHEN r.c8 LIKE '-%' THEN '-' ELSE '' END || rpad(replace(regexp_extract(r.c8, '^-?([0-9.]+)', 1), '.', ''), CAST(regexp_extract(r.c8, 'E(-?[0-9]+)$', 1) AS INTEGER) + 1, '0')) WHEN CAST(regexp_extract(r.c8, 'E(-?[0-9]+)$', 1) AS INTEGER) >= length(replace(regexp_extract(r.c8, '^-?([0-9.]+)', 1), '.', '')) - 1 THEN CASE WHEN r.c8 LIKE '-%' THEN '-' ELSE '' END || rpad(replace(regexp_extract(r.c8, '^-?([0-9.]+)', 1), '.', ''), CAST(regexp_extract(r.c8, 'E(-?[0-9]+)$', 1) AS INTEGER) + 1, '0') WHEN CAST(regexp_extract(r.c8, 'E(-?[0-9]+)$', 1) AS INTEGER) >= 0 THEN CASE WHEN r.c8 LIKE '-%' THEN '-' ELSE '' END || regexp_replace(substr(replace(regexp_extract(r.c8, '^-?([0-9.]+)', 1), '.', ''), 1, CAST(regexp_extract(r.c8, 'E(-?[0-9]+)$', 1) AS INTEGER) + 1) || '.' || substr(replace(regexp_extract(r.c8, '^-?([0-9.]+)', 1), '.', ''), CAST(regexp_extract(r.c8, 'E(-?[0-9]+)$', 1) AS INTEGER) + 2), '\.?0+$', '') ELSE CASE WHEN r.c8 LIKE '-%' THEN '-' ELSE '' END || regexp_replace('0.' || rpad('', -CAST(regexp_extract(r.c8, 'E(-?[0-9]+)$', 1) AS INTEGER) - 1, '0') || replace(regexp_extract(r.c8, '^-?([0-9.]+)', 1), '.', ''), '\.?0+$', '') END AS "MeanWeight"
FROM (
SELECT
  CAST(t."City" AS VARCHAR) AS c1,
  sum(CAST(CAST(t."Quantity" AS BIGINT) AS DECIMAL(38, 0))) AS c2,
  typeof(max(t."Price")) IN ('double', 'real') AS c3,
  CAST(CAST(sum(CAST(CASE WHEN is_finite(t."Price") THEN t."Price" END AS DECIMAL(38, 12))) AS DOUBLE) AS VARCHAR) AS c4,
  CAST(TRY_CAST(CAST(sum(CAST(CASE WHEN is_finite(t."Price") THEN t."Price" END AS DECIMAL(38, 12))) AS DOUBLE) AS DECIMAL(38, 0)) AS VARCHAR) AS c5,
  CAST(sum(CAST(CASE WHEN is_finite(t."Price") THEN t."Price" END AS DECIMAL(38, 12))) AS VARCHAR) AS c6,
  CAST(TRY_CAST(sum(CAST(CASE WHEN is_finite(t."Price") THEN t."Price" END AS DECIMAL(38, 12))) AS DECIMAL(38, 0)) AS VARCHAR) AS c7,
  CAST(CAST(sum(CAST(CASE WHEN is_finite(t."Weight") THEN t."Weight" END AS DECIMAL(38, 12))) AS DOUBLE) / CAST(count(CAST(CASE WHEN is_finite(t."Weight") THEN t."Weight" END AS DECIMAL(38, 12))) AS DOUBLE) AS VARCHAR) AS c8,
  CAST(TRY_CAST(CAST(sum(CAST(CASE WHEN is_finite(t."Weight") THEN t."Weight" END AS DECIMAL(38, 12))) AS DOUBLE) / CAST(count(CAST(CASE WHEN is_finite(t."Weight") THEN t."Weight" END AS DECIMAL(38, 12))) AS DOUBLE) AS DECIMAL(38, 0)) AS VARCHAR) AS c9
FROM "hive"."insights"."sales ""2024""" AS t
WHERE
  t."Owner" = 'o''wner' AND
  CAST(t."Day" AS DATE) >= DATE '2024-05-31' AND
  CAST(t."Day" AS DATE) <= DATE '2024-05-31'
GROUP BY CAST(t."City" AS VARCHAR)
) AS r
ORDER BY
  lower(r.c1) ASC NULLS LAST,
  r.c1 ASC NULLS LAST
