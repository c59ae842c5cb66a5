# names: one name each, whatever they hold
Order: "Order"
Revenue(USD): "Revenue(USD)"
a"b: "a""b"
": """"
it's: "it's"
a\: "a\"
-- x: "-- x"
漢字 😀: "漢字 😀"
# values: bound, or in quotes that they can't end; a text compares without case
text without case: SELECT r.c1 AS "Name"
FROM (
SELECT CAST(t."Name" AS VARCHAR) AS c1
FROM "hive"."insights"."sales ""2024""" AS t
WHERE
  CAST(t."Owner" AS VARCHAR) = 'o''wner' AND
  (lower(CAST(t."Name" AS VARCHAR)) = lower('O''Neil'))
) AS r
text list: SELECT r.c1 AS "Name"
FROM (
SELECT CAST(t."Name" AS VARCHAR) AS c1
FROM "hive"."insights"."sales ""2024""" AS t
WHERE
  CAST(t."Owner" AS VARCHAR) = 'o''wner' AND
  (lower(CAST(t."Name" AS VARCHAR)) IN (lower('a'), lower('B')))
) AS r
a backslash is a letter: SELECT r.c1 AS "Name"
FROM (
SELECT CAST(t."Name" AS VARCHAR) AS c1
FROM "hive"."insights"."sales ""2024""" AS t
WHERE
  CAST(t."Owner" AS VARCHAR) = 'o''wner' AND
  (lower(CAST(t."Name" AS VARCHAR)) = lower('a\b'))
) AS r
a text that looks like SQL: SELECT r.c1 AS "Name"
FROM (
SELECT CAST(t."Name" AS VARCHAR) AS c1
FROM "hive"."insights"."sales ""2024""" AS t
WHERE
  CAST(t."Owner" AS VARCHAR) = 'o''wner' AND
  (lower(CAST(t."Name" AS VARCHAR)) != lower(''' OR 1=1 --'))
) AS r
curly quotes are letters inside straight ones: SELECT r.c1 AS "Name"
FROM (
SELECT CAST(t."Name" AS VARCHAR) AS c1
FROM "hive"."insights"."sales ""2024""" AS t
WHERE
  CAST(t."Owner" AS VARCHAR) = 'o''wner' AND
  (lower(CAST(t."Name" AS VARCHAR)) = lower('‘a’'))
) AS r
half of an emoji: SELECT r.c1 AS "Name"
FROM (
SELECT CAST(t."Name" AS VARCHAR) AS c1
FROM "hive"."insights"."sales ""2024""" AS t
WHERE
  CAST(t."Owner" AS VARCHAR) = 'o''wner' AND
  (lower(CAST(t."Name" AS VARCHAR)) = lower('a�'))
) AS r
LIKE: SELECT r.c1 AS "Name"
FROM (
SELECT CAST(t."Name" AS VARCHAR) AS c1
FROM "hive"."insights"."sales ""2024""" AS t
WHERE
  CAST(t."Owner" AS VARCHAR) = 'o''wner' AND
  (lower(CAST(t."Name" AS VARCHAR)) LIKE lower('a%_'))
) AS r
LIKE with escapes: SELECT r.c1 AS "Name"
FROM (
SELECT CAST(t."Name" AS VARCHAR) AS c1
FROM "hive"."insights"."sales ""2024""" AS t
WHERE
  CAST(t."Owner" AS VARCHAR) = 'o''wner' AND
  (lower(CAST(t."Name" AS VARCHAR)) NOT LIKE lower('100\%a\\') ESCAPE '\')
) AS r
whole number: SELECT r.c1 AS "Name"
FROM (
SELECT CAST(t."Name" AS VARCHAR) AS c1
FROM "hive"."insights"."sales ""2024""" AS t
WHERE
  CAST(t."Owner" AS VARCHAR) = 'o''wner' AND
  (CAST(t."Quantity" AS BIGINT) >= -5)
) AS r
whole number beyond 64 bits: SELECT r.c1 AS "Name"
FROM (
SELECT CAST(t."Name" AS VARCHAR) AS c1
FROM "hive"."insights"."sales ""2024""" AS t
WHERE
  CAST(t."Owner" AS VARCHAR) = 'o''wner' AND
  (CAST(t."Quantity" AS BIGINT) < DECIMAL '99999999999999999999')
) AS r
decimal: SELECT r.c1 AS "Name"
FROM (
SELECT CAST(t."Name" AS VARCHAR) AS c1
FROM "hive"."insights"."sales ""2024""" AS t
WHERE
  CAST(t."Owner" AS VARCHAR) = 'o''wner' AND
  (CASE WHEN is_finite(t."Price") THEN t."Price" END = DECIMAL '1.5')
) AS r
decimal beyond 38 digits: SELECT r.c1 AS "Name"
FROM (
SELECT CAST(t."Name" AS VARCHAR) AS c1
FROM "hive"."insights"."sales ""2024""" AS t
WHERE
  CAST(t."Owner" AS VARCHAR) = 'o''wner' AND
  (CASE WHEN is_finite(t."Price") THEN t."Price" END > DOUBLE '0.00000000000000000000000000000000000000001')
) AS r
boolean: SELECT r.c1 AS "Name"
FROM (
SELECT CAST(t."Name" AS VARCHAR) AS c1
FROM "hive"."insights"."sales ""2024""" AS t
WHERE
  CAST(t."Owner" AS VARCHAR) = 'o''wner' AND
  (CAST(t."IsPaid" AS BOOLEAN) IN (TRUE))
) AS r
boolean of no form: SELECT r.c1 AS "Name"
FROM (
SELECT CAST(t."Name" AS VARCHAR) AS c1
FROM "hive"."insights"."sales ""2024""" AS t
WHERE
  CAST(t."Owner" AS VARCHAR) = 'o''wner' AND
  (CAST(t."IsPaid" AS BOOLEAN) != CAST(t."IsPaid" AS BOOLEAN))
) AS r
date: SELECT r.c1 AS "Name"
FROM (
SELECT CAST(t."Name" AS VARCHAR) AS c1
FROM "hive"."insights"."sales ""2024""" AS t
WHERE
  CAST(t."Owner" AS VARCHAR) = 'o''wner' AND
  (CAST(t."Day" AS DATE) BETWEEN DATE '2024-01-31' AND DATE '2024-02-29')
) AS r
timestamp: SELECT r.c1 AS "Name"
FROM (
SELECT CAST(t."Name" AS VARCHAR) AS c1
FROM "hive"."insights"."sales ""2024""" AS t
WHERE
  CAST(t."Owner" AS VARCHAR) = 'o''wner' AND
  (CAST(t."At" AS TIMESTAMP(6) WITH TIME ZONE) < TIMESTAMP '1969-12-31 23:59:59.500000 UTC')
) AS r
NULL: SELECT r.c1 AS "Name"
FROM (
SELECT CAST(t."Name" AS VARCHAR) AS c1
FROM "hive"."insights"."sales ""2024""" AS t
WHERE
  CAST(t."Owner" AS VARCHAR) = 'o''wner' AND
  (CAST(t."Name" AS VARCHAR) IS NOT NULL)
) AS r
# metrics: the same however the rows are split
sum of decimals: CASE WHEN bool_or(CASE WHEN typeof(t."Price") IN ('double', 'real') OR typeof(t."Price") LIKE 'decimal(3_,%' THEN abs(CAST(t."Price" AS DOUBLE)) BETWEEN 1E18 AND 1.7976931348623157E308 END) THEN NULL ELSE coalesce(sum(CASE WHEN typeof(t."Price") IN ('double', 'real') THEN CASE WHEN abs(t."Price") < 1E3 THEN CAST(CAST(t."Price" AS DECIMAL(18, 12)) AS DECIMAL(38, 12)) WHEN abs(t."Price") < 1E5 THEN CAST(CAST(t."Price" AS DECIMAL(18, 10)) AS DECIMAL(38, 12)) WHEN abs(t."Price") < 1E7 THEN CAST(CAST(t."Price" AS DECIMAL(18, 8)) AS DECIMAL(38, 12)) WHEN abs(t."Price") < 1E9 THEN CAST(CAST(t."Price" AS DECIMAL(18, 6)) AS DECIMAL(38, 12)) WHEN abs(t."Price") < 1E11 THEN CAST(CAST(t."Price" AS DECIMAL(18, 4)) AS DECIMAL(38, 12)) WHEN abs(t."Price") < 1E13 THEN CAST(CAST(t."Price" AS DECIMAL(18, 2)) AS DECIMAL(38, 12)) WHEN abs(t."Price") < 1E18 THEN CAST(CAST(t."Price" AS DECIMAL(18, 0)) AS DECIMAL(38, 12)) END END), TRY_CAST(sum(CASE WHEN typeof(t."Price") IN ('double', 'real') OR typeof(t."Price") LIKE 'decimal(3_,%' AND abs(CAST(t."Price" AS DOUBLE)) >= 1E18 THEN NULL ELSE t."Price" END) AS DECIMAL(38, 12))) END
sum of whole numbers: sum(CAST(CAST(t."Quantity" AS BIGINT) AS DECIMAL(38, 0)))
mean: CASE WHEN bool_or(CASE WHEN typeof(t."Weight") IN ('double', 'real') OR typeof(t."Weight") LIKE 'decimal(3_,%' THEN abs(CAST(t."Weight" AS DOUBLE)) BETWEEN 1E18 AND 1.7976931348623157E308 END) THEN NULL ELSE coalesce(CAST(sum(CASE WHEN typeof(t."Weight") IN ('double', 'real') THEN CASE WHEN abs(t."Weight") < 1E3 THEN CAST(CAST(t."Weight" AS DECIMAL(18, 12)) AS DECIMAL(38, 12)) WHEN abs(t."Weight") < 1E5 THEN CAST(CAST(t."Weight" AS DECIMAL(18, 10)) AS DECIMAL(38, 12)) WHEN abs(t."Weight") < 1E7 THEN CAST(CAST(t."Weight" AS DECIMAL(18, 8)) AS DECIMAL(38, 12)) WHEN abs(t."Weight") < 1E9 THEN CAST(CAST(t."Weight" AS DECIMAL(18, 6)) AS DECIMAL(38, 12)) WHEN abs(t."Weight") < 1E11 THEN CAST(CAST(t."Weight" AS DECIMAL(18, 4)) AS DECIMAL(38, 12)) WHEN abs(t."Weight") < 1E13 THEN CAST(CAST(t."Weight" AS DECIMAL(18, 2)) AS DECIMAL(38, 12)) WHEN abs(t."Weight") < 1E18 THEN CAST(CAST(t."Weight" AS DECIMAL(18, 0)) AS DECIMAL(38, 12)) END END) AS DOUBLE) / CAST(count(CASE WHEN typeof(t."Weight") IN ('double', 'real') THEN CASE WHEN abs(t."Weight") < 1E3 THEN CAST(CAST(t."Weight" AS DECIMAL(18, 12)) AS DECIMAL(38, 12)) WHEN abs(t."Weight") < 1E5 THEN CAST(CAST(t."Weight" AS DECIMAL(18, 10)) AS DECIMAL(38, 12)) WHEN abs(t."Weight") < 1E7 THEN CAST(CAST(t."Weight" AS DECIMAL(18, 8)) AS DECIMAL(38, 12)) WHEN abs(t."Weight") < 1E9 THEN CAST(CAST(t."Weight" AS DECIMAL(18, 6)) AS DECIMAL(38, 12)) WHEN abs(t."Weight") < 1E11 THEN CAST(CAST(t."Weight" AS DECIMAL(18, 4)) AS DECIMAL(38, 12)) WHEN abs(t."Weight") < 1E13 THEN CAST(CAST(t."Weight" AS DECIMAL(18, 2)) AS DECIMAL(38, 12)) WHEN abs(t."Weight") < 1E18 THEN CAST(CAST(t."Weight" AS DECIMAL(18, 0)) AS DECIMAL(38, 12)) END END) AS DOUBLE), CAST(sum(CASE WHEN typeof(t."Weight") IN ('double', 'real') OR typeof(t."Weight") LIKE 'decimal(3_,%' AND abs(CAST(t."Weight" AS DOUBLE)) >= 1E18 THEN NULL ELSE t."Weight" END) AS DOUBLE) / CAST(count(CASE WHEN typeof(t."Weight") IN ('double', 'real') OR typeof(t."Weight") LIKE 'decimal(3_,%' AND abs(CAST(t."Weight" AS DOUBLE)) >= 1E18 THEN NULL ELSE t."Weight" END) AS DOUBLE)) END
count of all rows: count(*)
count of different values: count(DISTINCT CAST(t."Name" AS VARCHAR))
arithmetic in a row: CASE WHEN bool_or(abs(CAST((CAST(t."Price" AS DOUBLE) * CAST(CAST(t."Quantity" AS BIGINT) AS DOUBLE)) AS DOUBLE)) BETWEEN 1E18 AND 1.7976931348623157E308) THEN NULL ELSE sum(CASE WHEN abs((CAST(t."Price" AS DOUBLE) * CAST(CAST(t."Quantity" AS BIGINT) AS DOUBLE))) < 1E3 THEN CAST(CAST((CAST(t."Price" AS DOUBLE) * CAST(CAST(t."Quantity" AS BIGINT) AS DOUBLE)) AS DECIMAL(18, 12)) AS DECIMAL(38, 12)) WHEN abs((CAST(t."Price" AS DOUBLE) * CAST(CAST(t."Quantity" AS BIGINT) AS DOUBLE))) < 1E5 THEN CAST(CAST((CAST(t."Price" AS DOUBLE) * CAST(CAST(t."Quantity" AS BIGINT) AS DOUBLE)) AS DECIMAL(18, 10)) AS DECIMAL(38, 12)) WHEN abs((CAST(t."Price" AS DOUBLE) * CAST(CAST(t."Quantity" AS BIGINT) AS DOUBLE))) < 1E7 THEN CAST(CAST((CAST(t."Price" AS DOUBLE) * CAST(CAST(t."Quantity" AS BIGINT) AS DOUBLE)) AS DECIMAL(18, 8)) AS DECIMAL(38, 12)) WHEN abs((CAST(t."Price" AS DOUBLE) * CAST(CAST(t."Quantity" AS BIGINT) AS DOUBLE))) < 1E9 THEN CAST(CAST((CAST(t."Price" AS DOUBLE) * CAST(CAST(t."Quantity" AS BIGINT) AS DOUBLE)) AS DECIMAL(18, 6)) AS DECIMAL(38, 12)) WHEN abs((CAST(t."Price" AS DOUBLE) * CAST(CAST(t."Quantity" AS BIGINT) AS DOUBLE))) < 1E11 THEN CAST(CAST((CAST(t."Price" AS DOUBLE) * CAST(CAST(t."Quantity" AS BIGINT) AS DOUBLE)) AS DECIMAL(18, 4)) AS DECIMAL(38, 12)) WHEN abs((CAST(t."Price" AS DOUBLE) * CAST(CAST(t."Quantity" AS BIGINT) AS DOUBLE))) < 1E13 THEN CAST(CAST((CAST(t."Price" AS DOUBLE) * CAST(CAST(t."Quantity" AS BIGINT) AS DOUBLE)) AS DECIMAL(18, 2)) AS DECIMAL(38, 12)) WHEN abs((CAST(t."Price" AS DOUBLE) * CAST(CAST(t."Quantity" AS BIGINT) AS DOUBLE))) < 1E18 THEN CAST(CAST((CAST(t."Price" AS DOUBLE) * CAST(CAST(t."Quantity" AS BIGINT) AS DOUBLE)) AS DECIMAL(18, 0)) AS DECIMAL(38, 12)) END) END
whole arithmetic: (CAST(CASE WHEN bool_or(((abs(CAST(CAST(t."Quantity" AS BIGINT) AS DOUBLE)) + 1) * (abs(CAST(2 AS DOUBLE)) + 1)) >= 1E30) THEN NULL ELSE sum(CAST(CASE WHEN ((abs(CAST(CAST(t."Quantity" AS BIGINT) AS DOUBLE)) + 1) * (abs(CAST(2 AS DOUBLE)) + 1)) < 1E30 THEN (CAST(CAST(t."Quantity" AS BIGINT) AS DECIMAL(38, 0)) * CAST(2 AS DECIMAL(38, 0))) END AS DECIMAL(38, 0))) END AS DECIMAL(38, 0)) - CAST(count(*) AS DECIMAL(38, 0)))
a ratio: (CAST(CASE WHEN bool_or(CASE WHEN typeof(t."Price") IN ('double', 'real') OR typeof(t."Price") LIKE 'decimal(3_,%' THEN abs(CAST(t."Price" AS DOUBLE)) BETWEEN 1E18 AND 1.7976931348623157E308 END) THEN NULL ELSE coalesce(sum(CASE WHEN typeof(t."Price") IN ('double', 'real') THEN CASE WHEN abs(t."Price") < 1E3 THEN CAST(CAST(t."Price" AS DECIMAL(18, 12)) AS DECIMAL(38, 12)) WHEN abs(t."Price") < 1E5 THEN CAST(CAST(t."Price" AS DECIMAL(18, 10)) AS DECIMAL(38, 12)) WHEN abs(t."Price") < 1E7 THEN CAST(CAST(t."Price" AS DECIMAL(18, 8)) AS DECIMAL(38, 12)) WHEN abs(t."Price") < 1E9 THEN CAST(CAST(t."Price" AS DECIMAL(18, 6)) AS DECIMAL(38, 12)) WHEN abs(t."Price") < 1E11 THEN CAST(CAST(t."Price" AS DECIMAL(18, 4)) AS DECIMAL(38, 12)) WHEN abs(t."Price") < 1E13 THEN CAST(CAST(t."Price" AS DECIMAL(18, 2)) AS DECIMAL(38, 12)) WHEN abs(t."Price") < 1E18 THEN CAST(CAST(t."Price" AS DECIMAL(18, 0)) AS DECIMAL(38, 12)) END END), TRY_CAST(sum(CASE WHEN typeof(t."Price") IN ('double', 'real') OR typeof(t."Price") LIKE 'decimal(3_,%' AND abs(CAST(t."Price" AS DOUBLE)) >= 1E18 THEN NULL ELSE t."Price" END) AS DECIMAL(38, 12))) END AS DOUBLE) / nullif(CAST(count(*) AS DOUBLE), 0))
# rows: ordered by their values, NULL last either way, a text without case first; the window; the first seven
SELECT
  r.c1 AS "City",
  CASE WHEN typeof(r.c2) IN ('double', 'real') THEN CASE WHEN abs(r.c2) < 1E0 THEN trim(TRAILING '.' FROM trim(TRAILING '0' FROM CAST(CAST(r.c2 AS DECIMAL(38, 30)) AS VARCHAR))) WHEN abs(r.c2) < 1E16 THEN trim(TRAILING '.' FROM trim(TRAILING '0' FROM CAST(CAST(r.c2 AS DECIMAL(38, 20)) AS VARCHAR))) WHEN is_finite(r.c2) THEN format('%.0f', r.c2) END ELSE CASE WHEN strpos(CAST(r.c2 AS VARCHAR), '.') > 0 THEN trim(TRAILING '.' FROM trim(TRAILING '0' FROM CAST(r.c2 AS VARCHAR))) ELSE CAST(r.c2 AS VARCHAR) END END AS "Price",
  CASE WHEN r.c3 THEN 'Yes' WHEN NOT r.c3 THEN 'No' END AS "IsNew",
  CAST(r.c4 AS VARCHAR) AS "Day",
  substr(CAST(r.c5 AT TIME ZONE 'UTC' AS VARCHAR), 1, 10) || 'T' || substr(CAST(r.c5 AT TIME ZONE 'UTC' AS VARCHAR), 12, 8) || CASE WHEN substr(CAST(r.c5 AT TIME ZONE 'UTC' AS VARCHAR), 21, 6) = '000000' THEN '' ELSE '.' || substr(CAST(r.c5 AT TIME ZONE 'UTC' AS VARCHAR), 21, 6) END || 'Z' AS "At"
FROM (
SELECT *
FROM (
SELECT
  CAST(t."City" AS VARCHAR) AS c1,
  CASE WHEN is_finite(t."Price") THEN t."Price" END AS c2,
  CAST(t."IsNew" AS BOOLEAN) AS c3,
  CAST(t."Day" AS DATE) AS c4,
  CAST(t."At" AS TIMESTAMP(6) WITH TIME ZONE) AS c5,
  CAST(t."Quantity" AS BIGINT) AS c6
FROM "hive"."insights"."sales ""2024""" AS t
WHERE
  CAST(t."Owner" AS VARCHAR) = 'o''wner' AND
  CAST(t."Day" AS DATE) >= DATE '2024-04-30' AND
  CAST(t."Day" AS DATE) <= DATE '2024-05-31'
) AS r
ORDER BY
  lower(r.c1) DESC NULLS LAST,
  r.c1 DESC NULLS LAST,
  r.c6 ASC NULLS LAST,
  r.c2 ASC NULLS LAST,
  r.c3 ASC NULLS LAST,
  r.c4 ASC NULLS LAST,
  r.c5 ASC NULLS LAST
LIMIT 7
) AS r
ORDER BY
  lower(r.c1) DESC NULLS LAST,
  r.c1 DESC NULLS LAST,
  r.c6 ASC NULLS LAST,
  r.c2 ASC NULLS LAST,
  r.c3 ASC NULLS LAST,
  r.c4 ASC NULLS LAST,
  r.c5 ASC NULLS LAST
# groups: ordered by their columns; forms of whole and other numbers
SELECT
  r.c1 AS "City",
  CAST(r.c2 AS VARCHAR) AS "TotalQuantity",
  CASE WHEN strpos(coalesce(CAST(r.c3 AS VARCHAR), CAST(r.c4 AS VARCHAR)), '.') > 0 THEN trim(TRAILING '.' FROM trim(TRAILING '0' FROM coalesce(CAST(r.c3 AS VARCHAR), CAST(r.c4 AS VARCHAR)))) ELSE coalesce(CAST(r.c3 AS VARCHAR), CAST(r.c4 AS VARCHAR)) END AS "TotalPrice",
  CASE WHEN typeof(r.c5) IN ('double', 'real') THEN CASE WHEN abs(r.c5) < 1E0 THEN trim(TRAILING '.' FROM trim(TRAILING '0' FROM CAST(CAST(r.c5 AS DECIMAL(38, 30)) AS VARCHAR))) WHEN abs(r.c5) < 1E16 THEN trim(TRAILING '.' FROM trim(TRAILING '0' FROM CAST(CAST(r.c5 AS DECIMAL(38, 20)) AS VARCHAR))) WHEN is_finite(r.c5) THEN format('%.0f', r.c5) END ELSE CASE WHEN strpos(CAST(r.c5 AS VARCHAR), '.') > 0 THEN trim(TRAILING '.' FROM trim(TRAILING '0' FROM CAST(r.c5 AS VARCHAR))) ELSE CAST(r.c5 AS VARCHAR) END END AS "MeanWeight"
FROM (
SELECT
  CAST(t."City" AS VARCHAR) AS c1,
  sum(CAST(CAST(t."Quantity" AS BIGINT) AS DECIMAL(38, 0))) AS c2,
  CASE WHEN bool_or(CASE WHEN typeof(t."Price") IN ('double', 'real') OR typeof(t."Price") LIKE 'decimal(3_,%' THEN abs(CAST(t."Price" AS DOUBLE)) BETWEEN 1E18 AND 1.7976931348623157E308 END) THEN NULL ELSE sum(CASE WHEN typeof(t."Price") IN ('double', 'real') THEN CASE WHEN abs(t."Price") < 1E3 THEN CAST(CAST(t."Price" AS DECIMAL(18, 12)) AS DECIMAL(38, 12)) WHEN abs(t."Price") < 1E5 THEN CAST(CAST(t."Price" AS DECIMAL(18, 10)) AS DECIMAL(38, 12)) WHEN abs(t."Price") < 1E7 THEN CAST(CAST(t."Price" AS DECIMAL(18, 8)) AS DECIMAL(38, 12)) WHEN abs(t."Price") < 1E9 THEN CAST(CAST(t."Price" AS DECIMAL(18, 6)) AS DECIMAL(38, 12)) WHEN abs(t."Price") < 1E11 THEN CAST(CAST(t."Price" AS DECIMAL(18, 4)) AS DECIMAL(38, 12)) WHEN abs(t."Price") < 1E13 THEN CAST(CAST(t."Price" AS DECIMAL(18, 2)) AS DECIMAL(38, 12)) WHEN abs(t."Price") < 1E18 THEN CAST(CAST(t."Price" AS DECIMAL(18, 0)) AS DECIMAL(38, 12)) END END) END AS c3,
  CASE WHEN bool_or(CASE WHEN typeof(t."Price") IN ('double', 'real') OR typeof(t."Price") LIKE 'decimal(3_,%' THEN abs(CAST(t."Price" AS DOUBLE)) BETWEEN 1E18 AND 1.7976931348623157E308 END) THEN NULL ELSE sum(CASE WHEN typeof(t."Price") IN ('double', 'real') OR typeof(t."Price") LIKE 'decimal(3_,%' AND abs(CAST(t."Price" AS DOUBLE)) >= 1E18 THEN NULL ELSE t."Price" END) END AS c4,
  CASE WHEN bool_or(CASE WHEN typeof(t."Weight") IN ('double', 'real') OR typeof(t."Weight") LIKE 'decimal(3_,%' THEN abs(CAST(t."Weight" AS DOUBLE)) BETWEEN 1E18 AND 1.7976931348623157E308 END) THEN NULL ELSE coalesce(CAST(sum(CASE WHEN typeof(t."Weight") IN ('double', 'real') THEN CASE WHEN abs(t."Weight") < 1E3 THEN CAST(CAST(t."Weight" AS DECIMAL(18, 12)) AS DECIMAL(38, 12)) WHEN abs(t."Weight") < 1E5 THEN CAST(CAST(t."Weight" AS DECIMAL(18, 10)) AS DECIMAL(38, 12)) WHEN abs(t."Weight") < 1E7 THEN CAST(CAST(t."Weight" AS DECIMAL(18, 8)) AS DECIMAL(38, 12)) WHEN abs(t."Weight") < 1E9 THEN CAST(CAST(t."Weight" AS DECIMAL(18, 6)) AS DECIMAL(38, 12)) WHEN abs(t."Weight") < 1E11 THEN CAST(CAST(t."Weight" AS DECIMAL(18, 4)) AS DECIMAL(38, 12)) WHEN abs(t."Weight") < 1E13 THEN CAST(CAST(t."Weight" AS DECIMAL(18, 2)) AS DECIMAL(38, 12)) WHEN abs(t."Weight") < 1E18 THEN CAST(CAST(t."Weight" AS DECIMAL(18, 0)) AS DECIMAL(38, 12)) END END) AS DOUBLE) / CAST(count(CASE WHEN typeof(t."Weight") IN ('double', 'real') THEN CASE WHEN abs(t."Weight") < 1E3 THEN CAST(CAST(t."Weight" AS DECIMAL(18, 12)) AS DECIMAL(38, 12)) WHEN abs(t."Weight") < 1E5 THEN CAST(CAST(t."Weight" AS DECIMAL(18, 10)) AS DECIMAL(38, 12)) WHEN abs(t."Weight") < 1E7 THEN CAST(CAST(t."Weight" AS DECIMAL(18, 8)) AS DECIMAL(38, 12)) WHEN abs(t."Weight") < 1E9 THEN CAST(CAST(t."Weight" AS DECIMAL(18, 6)) AS DECIMAL(38, 12)) WHEN abs(t."Weight") < 1E11 THEN CAST(CAST(t."Weight" AS DECIMAL(18, 4)) AS DECIMAL(38, 12)) WHEN abs(t."Weight") < 1E13 THEN CAST(CAST(t."Weight" AS DECIMAL(18, 2)) AS DECIMAL(38, 12)) WHEN abs(t."Weight") < 1E18 THEN CAST(CAST(t."Weight" AS DECIMAL(18, 0)) AS DECIMAL(38, 12)) END END) AS DOUBLE), CAST(sum(CASE WHEN typeof(t."Weight") IN ('double', 'real') OR typeof(t."Weight") LIKE 'decimal(3_,%' AND abs(CAST(t."Weight" AS DOUBLE)) >= 1E18 THEN NULL ELSE t."Weight" END) AS DOUBLE) / CAST(count(CASE WHEN typeof(t."Weight") IN ('double', 'real') OR typeof(t."Weight") LIKE 'decimal(3_,%' AND abs(CAST(t."Weight" AS DOUBLE)) >= 1E18 THEN NULL ELSE t."Weight" END) AS DOUBLE)) END AS c5
FROM "hive"."insights"."sales ""2024""" AS t
WHERE
  CAST(t."Owner" AS VARCHAR) = 'o''wner' AND
  CAST(t."Day" AS DATE) >= DATE '2024-05-31' AND
  CAST(t."Day" AS DATE) <= DATE '2024-05-31'
GROUP BY CAST(t."City" AS VARCHAR)
) AS r
ORDER BY
  lower(r.c1) ASC NULLS LAST,
  r.c1 ASC NULLS LAST
