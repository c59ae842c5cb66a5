# names: one name each, whatever they hold
Order: "Order"
Revenue(USD): "Revenue(USD)"
a"b: "a""b"
it's: "it's"
: ""
# values: bound, or in quotes that they can't end; a text compares without case
text without case: lower(CAST(t."Name" AS VARCHAR)) = lower($2)   <- string O'Neil
text list: lower(CAST(t."Name" AS VARCHAR)) IN (lower($2), lower($3))   <- string a   <- string B
a backslash is a letter: lower(CAST(t."Name" AS VARCHAR)) = lower($2)   <- string a\b
a text that looks like SQL: lower(CAST(t."Name" AS VARCHAR)) != lower($2)   <- string ' OR 1=1 --
LIKE: lower(CAST(t."Name" AS VARCHAR)) LIKE lower($2)   <- string a%_
LIKE with escapes: lower(CAST(t."Name" AS VARCHAR)) NOT LIKE lower($2) ESCAPE '\'   <- string 100\%a\\
whole number: CAST(t."Quantity" AS BIGINT) >= $2   <- integer -5
whole number beyond 64 bits: CAST(t."Quantity" AS BIGINT) < $2   <- decimal 99999999999999999999
decimal: t."Price" = $2   <- decimal 1.5
decimal beyond 38 digits: t."Price" > CAST($2 AS DOUBLE)   <- decimal 0.00000000000000000000000000000000000000001
boolean: CAST(t."IsPaid" AS BOOLEAN) IN ($2)   <- boolean true
boolean of no form: CAST(t."IsPaid" AS BOOLEAN) != CAST(t."IsPaid" AS BOOLEAN)
date: CAST(t."Day" AS DATE) BETWEEN $2 AND $3   <- date 2024-01-31   <- date 2024-02-29
timestamp: CAST(t."At" AS TIMESTAMP) < $2   <- timestamp -500000
NULL: CAST(t."Name" AS VARCHAR) IS NOT NULL
# metrics: the same however the rows are split
sum of decimals: CAST(sum(CAST(CASE WHEN isfinite(t."Price") THEN t."Price" END AS DECIMAL(38, 12))) AS DOUBLE)
sum of whole numbers: sum(CAST(t."Quantity" AS BIGINT))
mean: CAST(avg(CAST(CASE WHEN isfinite(t."Weight") THEN t."Weight" END AS DECIMAL(38, 12))) AS DOUBLE)
count of all rows: count(*)
count of different values: count(DISTINCT CAST(t."Name" AS VARCHAR))
arithmetic in a row: CAST(sum(CAST(CASE WHEN isfinite((CAST(t."Price" AS DOUBLE) * CAST(CAST(t."Quantity" AS BIGINT) AS DOUBLE))) THEN (CAST(t."Price" AS DOUBLE) * CAST(CAST(t."Quantity" AS BIGINT) AS DOUBLE)) END AS DECIMAL(38, 12))) AS DOUBLE)
whole arithmetic: (CAST(sum((CAST(CAST(t."Quantity" AS BIGINT) AS HUGEINT) * CAST(2 AS HUGEINT))) AS HUGEINT) - CAST(count(*) AS HUGEINT))
a ratio: CAST((CAST(sum(CAST(CASE WHEN isfinite(t."Price") THEN t."Price" END AS DECIMAL(38, 12))) AS DOUBLE) / nullif(CAST(count(*) AS DOUBLE), 0)) AS DOUBLE)
# rows: ordered by their values, NULL last either way, a text without case first; the window; the first seven
SELECT
  r.c1 AS "City",
  CASE WHEN typeof(r.c2) LIKE 'DECIMAL%' AND typeof(r.c2) NOT LIKE '%,0)' THEN rtrim(rtrim(CAST(r.c2 AS VARCHAR), '0'), '.') WHEN NOT typeof(r.c2) IN ('DOUBLE', 'FLOAT') THEN CAST(r.c2 AS VARCHAR) WHEN abs(r.c2) >= 1e-4 AND abs(r.c2) < 1e16 THEN rtrim(rtrim(CAST(r.c2 AS VARCHAR), '0'), '.') WHEN r.c2 = 0 THEN '0' WHEN abs(r.c2) < 1 THEN rtrim(rtrim(CAST(CAST(CAST(r.c2 AS VARCHAR) AS DECIMAL(38, 30)) AS VARCHAR), '0'), '.') WHEN isfinite(r.c2) THEN format('{:.0f}', CAST(r.c2 AS DOUBLE)) END AS "Price",
  CASE WHEN r.c3 THEN 'Yes' WHEN NOT r.c3 THEN 'No' END AS "IsNew",
  CAST(r.c4 AS VARCHAR) AS "Day",
  CASE WHEN microsecond(r.c5) % 1000000 = 0 THEN strftime(r.c5, '%Y-%m-%dT%H:%M:%SZ') ELSE strftime(r.c5, '%Y-%m-%dT%H:%M:%S.%fZ') END AS "At"
FROM (
SELECT *
FROM (
SELECT
  CAST(t."City" AS VARCHAR) AS c1,
  t."Price" AS c2,
  CAST(t."IsNew" AS BOOLEAN) AS c3,
  CAST(t."Day" AS DATE) AS c4,
  CAST(t."At" AS TIMESTAMP) AS c5,
  CAST(t."Quantity" AS BIGINT) AS c6,
  t.file_index AS c7,
  t.file_row_number AS c8
FROM read_parquet(['/data/a.parquet']) AS t
WHERE
  t."Owner" = $1 AND
  CAST(t."Day" AS DATE) >= $2 AND
  CAST(t."Day" AS DATE) <= $3
) AS r
ORDER BY
  lower(r.c1) DESC NULLS LAST,
  r.c1 DESC NULLS LAST,
  r.c6 ASC NULLS LAST,
  r.c7 ASC NULLS LAST,
  r.c8 ASC NULLS LAST
LIMIT $4
) AS r
ORDER BY
  lower(r.c1) DESC NULLS LAST,
  r.c1 DESC NULLS LAST,
  r.c6 ASC NULLS LAST,
  r.c7 ASC NULLS LAST,
  r.c8 ASC NULLS LAST
# groups: ordered by their columns; forms of whole and other numbers
SELECT
  r.c1 AS "City",
  r.c2 AS "TotalQuantity",
  coalesce(CASE WHEN typeof(r.c3) LIKE 'DECIMAL%' AND typeof(r.c3) NOT LIKE '%,0)' THEN rtrim(rtrim(CAST(r.c3 AS VARCHAR), '0'), '.') WHEN NOT typeof(r.c3) IN ('DOUBLE', 'FLOAT') THEN CAST(r.c3 AS VARCHAR) WHEN abs(r.c3) >= 1e-4 AND abs(r.c3) < 1e16 THEN rtrim(rtrim(CAST(r.c3 AS VARCHAR), '0'), '.') WHEN r.c3 = 0 THEN '0' WHEN abs(r.c3) < 1 THEN rtrim(rtrim(CAST(CAST(CAST(r.c3 AS VARCHAR) AS DECIMAL(38, 30)) AS VARCHAR), '0'), '.') WHEN isfinite(r.c3) THEN format('{:.0f}', CAST(r.c3 AS DOUBLE)) END, CASE WHEN typeof(r.c4) LIKE 'DECIMAL%' AND typeof(r.c4) NOT LIKE '%,0)' THEN rtrim(rtrim(CAST(r.c4 AS VARCHAR), '0'), '.') WHEN NOT typeof(r.c4) IN ('DOUBLE', 'FLOAT') THEN CAST(r.c4 AS VARCHAR) WHEN abs(r.c4) >= 1e-4 AND abs(r.c4) < 1e16 THEN rtrim(rtrim(CAST(r.c4 AS VARCHAR), '0'), '.') WHEN r.c4 = 0 THEN '0' WHEN abs(r.c4) < 1 THEN rtrim(rtrim(CAST(CAST(CAST(r.c4 AS VARCHAR) AS DECIMAL(38, 30)) AS VARCHAR), '0'), '.') WHEN isfinite(r.c4) THEN format('{:.0f}', CAST(r.c4 AS DOUBLE)) END) AS "TotalPrice",
  CASE WHEN typeof(r.c5) LIKE 'DECIMAL%' AND typeof(r.c5) NOT LIKE '%,0)' THEN rtrim(rtrim(CAST(r.c5 AS VARCHAR), '0'), '.') WHEN NOT typeof(r.c5) IN ('DOUBLE', 'FLOAT') THEN CAST(r.c5 AS VARCHAR) WHEN abs(r.c5) >= 1e-4 AND abs(r.c5) < 1e16 THEN rtrim(rtrim(CAST(r.c5 AS VARCHAR), '0'), '.') WHEN r.c5 = 0 THEN '0' WHEN abs(r.c5) < 1 THEN rtrim(rtrim(CAST(CAST(CAST(r.c5 AS VARCHAR) AS DECIMAL(38, 30)) AS VARCHAR), '0'), '.') WHEN isfinite(r.c5) THEN format('{:.0f}', CAST(r.c5 AS DOUBLE)) END AS "MeanWeight"
FROM (
SELECT
  CAST(t."City" AS VARCHAR) AS c1,
  CAST(sum(CAST(t."Quantity" AS BIGINT)) AS HUGEINT) AS c2,
  CASE WHEN typeof(max(t."Price")) IN ('DOUBLE', 'FLOAT') THEN CAST(sum(CAST(CASE WHEN isfinite(t."Price") THEN t."Price" END AS DECIMAL(38, 12))) AS DOUBLE) END AS c3,
  sum(CAST(CASE WHEN isfinite(t."Price") THEN t."Price" END AS DECIMAL(38, 12))) AS c4,
  avg(CAST(CASE WHEN isfinite(t."Weight") THEN t."Weight" END AS DECIMAL(38, 12))) AS c5
FROM read_parquet(['/data/a.parquet']) AS t
WHERE
  t."Owner" = $1 AND
  CAST(t."Day" AS DATE) >= $2 AND
  CAST(t."Day" AS DATE) <= $3
GROUP BY CAST(t."City" AS VARCHAR)
) AS r
ORDER BY
  lower(r.c1) ASC NULLS LAST,
  r.c1 ASC NULLS LAST
