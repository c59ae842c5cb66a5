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
text without case: lower(CAST(t."Name" AS VARCHAR)) = lower($2)   <- string O'Neil
text list: lower(CAST(t."Name" AS VARCHAR)) IN (lower($2), lower($3))   <- string a   <- string B
a backslash is a letter: lower(CAST(t."Name" AS VARCHAR)) = lower($2)   <- string a\b
a text that looks like SQL: lower(CAST(t."Name" AS VARCHAR)) != lower($2)   <- string ' OR 1=1 --
curly quotes are letters inside straight ones: lower(CAST(t."Name" AS VARCHAR)) = lower($2)   <- string ‘a’
half of an emoji: lower(CAST(t."Name" AS VARCHAR)) = lower($2)   <- string "a\ud83d"
LIKE: lower(CAST(t."Name" AS VARCHAR)) LIKE lower($2)   <- string a%_
LIKE with escapes: lower(CAST(t."Name" AS VARCHAR)) NOT LIKE lower($2) ESCAPE '\'   <- string 100\%a\\
whole number: CAST(t."Quantity" AS BIGINT) >= $2   <- integer -5
whole number beyond 64 bits: CAST(t."Quantity" AS BIGINT) < $2   <- decimal 99999999999999999999
decimal: CASE WHEN typeof(t."Price") IN ('DOUBLE', 'FLOAT') AND NOT isfinite(t."Price") THEN NULL ELSE t."Price" END = $2   <- decimal 1.5
decimal beyond 38 digits: CASE WHEN typeof(t."Price") IN ('DOUBLE', 'FLOAT') AND NOT isfinite(t."Price") THEN NULL ELSE t."Price" END > CAST($2 AS DOUBLE)   <- decimal 0.00000000000000000000000000000000000000001
boolean: CAST(t."IsPaid" AS BOOLEAN) IN ($2)   <- boolean true
boolean of no form: CAST(t."IsPaid" AS BOOLEAN) != CAST(t."IsPaid" AS BOOLEAN)
date: CAST(t."Day" AS DATE) BETWEEN $2 AND $3   <- date 2024-01-31   <- date 2024-02-29
timestamp: CAST(t."At" AS TIMESTAMP) < $2   <- timestamp -500000
NULL: CAST(t."Name" AS VARCHAR) IS NOT NULL
# metrics: the same however the rows are split
sum of decimals: CASE WHEN bool_or(CASE WHEN typeof(t."Price") IN ('DOUBLE', 'FLOAT') OR (typeof(t."Price") LIKE 'DECIMAL(3_,%' OR typeof(t."Price") LIKE '%HUGEINT') THEN abs(CAST(t."Price" AS DOUBLE)) BETWEEN 1E18 AND 1.7976931348623157E308 END) THEN NULL ELSE coalesce(sum(CASE WHEN typeof(t."Price") IN ('DOUBLE', 'FLOAT') THEN CASE WHEN typeof(t."Price") = 'FLOAT' THEN CASE WHEN abs(t."Price") < 1E18 THEN CAST(CAST(t."Price" AS VARCHAR) AS DECIMAL(38, 12)) END ELSE CASE WHEN abs(t."Price") < 1E3 THEN CAST(CAST(t."Price" AS DECIMAL(18, 12)) AS DECIMAL(38, 12)) WHEN abs(t."Price") < 1E5 THEN CAST(CAST(t."Price" AS DECIMAL(18, 10)) AS DECIMAL(38, 12)) WHEN abs(t."Price") < 1E7 THEN CAST(CAST(t."Price" AS DECIMAL(18, 8)) AS DECIMAL(38, 12)) WHEN abs(t."Price") < 1E9 THEN CAST(CAST(t."Price" AS DECIMAL(18, 6)) AS DECIMAL(38, 12)) WHEN abs(t."Price") < 1E11 THEN CAST(CAST(t."Price" AS DECIMAL(18, 4)) AS DECIMAL(38, 12)) WHEN abs(t."Price") < 1E13 THEN CAST(CAST(t."Price" AS DECIMAL(18, 2)) AS DECIMAL(38, 12)) WHEN abs(t."Price") < 1E18 THEN CAST(CAST(t."Price" AS DECIMAL(18, 0)) AS DECIMAL(38, 12)) END END END), TRY_CAST(sum(CASE WHEN typeof(t."Price") IN ('DOUBLE', 'FLOAT') OR (typeof(t."Price") LIKE 'DECIMAL(3_,%' OR typeof(t."Price") LIKE '%HUGEINT') AND abs(CAST(t."Price" AS DOUBLE)) >= 1E18 THEN NULL ELSE t."Price" END) AS DECIMAL(38, 12))) END
sum of whole numbers: sum(CAST(t."Quantity" AS BIGINT))
mean: CASE WHEN bool_or(CASE WHEN typeof(t."Weight") IN ('DOUBLE', 'FLOAT') OR (typeof(t."Weight") LIKE 'DECIMAL(3_,%' OR typeof(t."Weight") LIKE '%HUGEINT') THEN abs(CAST(t."Weight" AS DOUBLE)) BETWEEN 1E18 AND 1.7976931348623157E308 END) THEN NULL ELSE coalesce(CAST(CAST(sum(CASE WHEN typeof(t."Weight") IN ('DOUBLE', 'FLOAT') THEN CASE WHEN typeof(t."Weight") = 'FLOAT' THEN CASE WHEN abs(t."Weight") < 1E18 THEN CAST(CAST(t."Weight" AS VARCHAR) AS DECIMAL(38, 12)) END ELSE CASE WHEN abs(t."Weight") < 1E3 THEN CAST(CAST(t."Weight" AS DECIMAL(18, 12)) AS DECIMAL(38, 12)) WHEN abs(t."Weight") < 1E5 THEN CAST(CAST(t."Weight" AS DECIMAL(18, 10)) AS DECIMAL(38, 12)) WHEN abs(t."Weight") < 1E7 THEN CAST(CAST(t."Weight" AS DECIMAL(18, 8)) AS DECIMAL(38, 12)) WHEN abs(t."Weight") < 1E9 THEN CAST(CAST(t."Weight" AS DECIMAL(18, 6)) AS DECIMAL(38, 12)) WHEN abs(t."Weight") < 1E11 THEN CAST(CAST(t."Weight" AS DECIMAL(18, 4)) AS DECIMAL(38, 12)) WHEN abs(t."Weight") < 1E13 THEN CAST(CAST(t."Weight" AS DECIMAL(18, 2)) AS DECIMAL(38, 12)) WHEN abs(t."Weight") < 1E18 THEN CAST(CAST(t."Weight" AS DECIMAL(18, 0)) AS DECIMAL(38, 12)) END END END) AS VARCHAR) AS DOUBLE) / count(CASE WHEN typeof(t."Weight") IN ('DOUBLE', 'FLOAT') THEN CASE WHEN typeof(t."Weight") = 'FLOAT' THEN CASE WHEN abs(t."Weight") < 1E18 THEN CAST(CAST(t."Weight" AS VARCHAR) AS DECIMAL(38, 12)) END ELSE CASE WHEN abs(t."Weight") < 1E3 THEN CAST(CAST(t."Weight" AS DECIMAL(18, 12)) AS DECIMAL(38, 12)) WHEN abs(t."Weight") < 1E5 THEN CAST(CAST(t."Weight" AS DECIMAL(18, 10)) AS DECIMAL(38, 12)) WHEN abs(t."Weight") < 1E7 THEN CAST(CAST(t."Weight" AS DECIMAL(18, 8)) AS DECIMAL(38, 12)) WHEN abs(t."Weight") < 1E9 THEN CAST(CAST(t."Weight" AS DECIMAL(18, 6)) AS DECIMAL(38, 12)) WHEN abs(t."Weight") < 1E11 THEN CAST(CAST(t."Weight" AS DECIMAL(18, 4)) AS DECIMAL(38, 12)) WHEN abs(t."Weight") < 1E13 THEN CAST(CAST(t."Weight" AS DECIMAL(18, 2)) AS DECIMAL(38, 12)) WHEN abs(t."Weight") < 1E18 THEN CAST(CAST(t."Weight" AS DECIMAL(18, 0)) AS DECIMAL(38, 12)) END END END), CAST(CAST(sum(CASE WHEN typeof(t."Weight") IN ('DOUBLE', 'FLOAT') OR (typeof(t."Weight") LIKE 'DECIMAL(3_,%' OR typeof(t."Weight") LIKE '%HUGEINT') AND abs(CAST(t."Weight" AS DOUBLE)) >= 1E18 THEN NULL ELSE t."Weight" END) AS VARCHAR) AS DOUBLE) / count(CASE WHEN typeof(t."Weight") IN ('DOUBLE', 'FLOAT') OR (typeof(t."Weight") LIKE 'DECIMAL(3_,%' OR typeof(t."Weight") LIKE '%HUGEINT') AND abs(CAST(t."Weight" AS DOUBLE)) >= 1E18 THEN NULL ELSE t."Weight" END)) END
count of all rows: count(*)
count of different values: count(DISTINCT CAST(t."Name" AS VARCHAR))
arithmetic in a row: CASE WHEN bool_or(abs(CAST((CAST(t."Price" AS DOUBLE) * CAST(CAST(t."Quantity" AS BIGINT) AS DOUBLE)) AS DOUBLE)) BETWEEN 1E18 AND 1.7976931348623157E308) THEN NULL ELSE sum(CASE WHEN typeof((CAST(t."Price" AS DOUBLE) * CAST(CAST(t."Quantity" AS BIGINT) AS DOUBLE))) = 'FLOAT' THEN CASE WHEN abs((CAST(t."Price" AS DOUBLE) * CAST(CAST(t."Quantity" AS BIGINT) AS DOUBLE))) < 1E18 THEN CAST(CAST((CAST(t."Price" AS DOUBLE) * CAST(CAST(t."Quantity" AS BIGINT) AS DOUBLE)) AS VARCHAR) AS DECIMAL(38, 12)) END ELSE CASE WHEN abs((CAST(t."Price" AS DOUBLE) * CAST(CAST(t."Quantity" AS BIGINT) AS DOUBLE))) < 1E3 THEN CAST(CAST((CAST(t."Price" AS DOUBLE) * CAST(CAST(t."Quantity" AS BIGINT) AS DOUBLE)) AS DECIMAL(18, 12)) AS DECIMAL(38, 12)) WHEN abs((CAST(t."Price" AS DOUBLE) * CAST(CAST(t."Quantity" AS BIGINT) AS DOUBLE))) < 1E5 THEN CAST(CAST((CAST(t."Price" AS DOUBLE) * CAST(CAST(t."Quantity" AS BIGINT) AS DOUBLE)) AS DECIMAL(18, 10)) AS DECIMAL(38, 12)) WHEN abs((CAST(t."Price" AS DOUBLE) * CAST(CAST(t."Quantity" AS BIGINT) AS DOUBLE))) < 1E7 THEN CAST(CAST((CAST(t."Price" AS DOUBLE) * CAST(CAST(t."Quantity" AS BIGINT) AS DOUBLE)) AS DECIMAL(18, 8)) AS DECIMAL(38, 12)) WHEN abs((CAST(t."Price" AS DOUBLE) * CAST(CAST(t."Quantity" AS BIGINT) AS DOUBLE))) < 1E9 THEN CAST(CAST((CAST(t."Price" AS DOUBLE) * CAST(CAST(t."Quantity" AS BIGINT) AS DOUBLE)) AS DECIMAL(18, 6)) AS DECIMAL(38, 12)) WHEN abs((CAST(t."Price" AS DOUBLE) * CAST(CAST(t."Quantity" AS BIGINT) AS DOUBLE))) < 1E11 THEN CAST(CAST((CAST(t."Price" AS DOUBLE) * CAST(CAST(t."Quantity" AS BIGINT) AS DOUBLE)) AS DECIMAL(18, 4)) AS DECIMAL(38, 12)) WHEN abs((CAST(t."Price" AS DOUBLE) * CAST(CAST(t."Quantity" AS BIGINT) AS DOUBLE))) < 1E13 THEN CAST(CAST((CAST(t."Price" AS DOUBLE) * CAST(CAST(t."Quantity" AS BIGINT) AS DOUBLE)) AS DECIMAL(18, 2)) AS DECIMAL(38, 12)) WHEN abs((CAST(t."Price" AS DOUBLE) * CAST(CAST(t."Quantity" AS BIGINT) AS DOUBLE))) < 1E18 THEN CAST(CAST((CAST(t."Price" AS DOUBLE) * CAST(CAST(t."Quantity" AS BIGINT) AS DOUBLE)) AS DECIMAL(18, 0)) AS DECIMAL(38, 12)) END END) END
whole arithmetic: (CAST(CASE WHEN bool_or(((abs(CAST(CAST(t."Quantity" AS BIGINT) AS DOUBLE)) + 1) * (abs(CAST(2 AS DOUBLE)) + 1)) >= 1E30) THEN NULL ELSE sum(CASE WHEN ((abs(CAST(CAST(t."Quantity" AS BIGINT) AS DOUBLE)) + 1) * (abs(CAST(2 AS DOUBLE)) + 1)) < 1E30 THEN (CAST(CAST(t."Quantity" AS BIGINT) AS HUGEINT) * CAST(2 AS HUGEINT)) END) END AS HUGEINT) - CAST(count(*) AS HUGEINT))
a ratio: (CAST(CASE WHEN bool_or(CASE WHEN typeof(t."Price") IN ('DOUBLE', 'FLOAT') OR (typeof(t."Price") LIKE 'DECIMAL(3_,%' OR typeof(t."Price") LIKE '%HUGEINT') THEN abs(CAST(t."Price" AS DOUBLE)) BETWEEN 1E18 AND 1.7976931348623157E308 END) THEN NULL ELSE coalesce(sum(CASE WHEN typeof(t."Price") IN ('DOUBLE', 'FLOAT') THEN CASE WHEN typeof(t."Price") = 'FLOAT' THEN CASE WHEN abs(t."Price") < 1E18 THEN CAST(CAST(t."Price" AS VARCHAR) AS DECIMAL(38, 12)) END ELSE CASE WHEN abs(t."Price") < 1E3 THEN CAST(CAST(t."Price" AS DECIMAL(18, 12)) AS DECIMAL(38, 12)) WHEN abs(t."Price") < 1E5 THEN CAST(CAST(t."Price" AS DECIMAL(18, 10)) AS DECIMAL(38, 12)) WHEN abs(t."Price") < 1E7 THEN CAST(CAST(t."Price" AS DECIMAL(18, 8)) AS DECIMAL(38, 12)) WHEN abs(t."Price") < 1E9 THEN CAST(CAST(t."Price" AS DECIMAL(18, 6)) AS DECIMAL(38, 12)) WHEN abs(t."Price") < 1E11 THEN CAST(CAST(t."Price" AS DECIMAL(18, 4)) AS DECIMAL(38, 12)) WHEN abs(t."Price") < 1E13 THEN CAST(CAST(t."Price" AS DECIMAL(18, 2)) AS DECIMAL(38, 12)) WHEN abs(t."Price") < 1E18 THEN CAST(CAST(t."Price" AS DECIMAL(18, 0)) AS DECIMAL(38, 12)) END END END), TRY_CAST(sum(CASE WHEN typeof(t."Price") IN ('DOUBLE', 'FLOAT') OR (typeof(t."Price") LIKE 'DECIMAL(3_,%' OR typeof(t."Price") LIKE '%HUGEINT') AND abs(CAST(t."Price" AS DOUBLE)) >= 1E18 THEN NULL ELSE t."Price" END) AS DECIMAL(38, 12))) END AS DOUBLE) / nullif(CAST(count(*) AS DOUBLE), 0))
# rows: ordered by their values, NULL last either way, a text without case first; the window; the first seven
SELECT
  r.c1 AS "City",
  CASE WHEN typeof(r.c2) LIKE 'DECIMAL%' AND typeof(r.c2) NOT LIKE '%,0)' THEN rtrim(rtrim(CAST(r.c2 AS VARCHAR), '0'), '.') WHEN NOT typeof(r.c2) IN ('DOUBLE', 'FLOAT') THEN CAST(r.c2 AS VARCHAR) WHEN abs(r.c2) >= 1e-4 AND abs(r.c2) < 1e16 THEN rtrim(rtrim(CAST(r.c2 AS VARCHAR), '0'), '.') WHEN abs(r.c2) < 5e-31 THEN '0' WHEN abs(r.c2) < 1 THEN rtrim(rtrim(CAST(CAST(CAST(r.c2 AS VARCHAR) AS DECIMAL(38, 30)) AS VARCHAR), '0'), '.') WHEN isfinite(r.c2) THEN rpad(replace(split_part(CAST(r.c2 AS VARCHAR), 'e', 1), '.', ''), CAST(split_part(CAST(r.c2 AS VARCHAR), '+', 2) AS INTEGER) + CASE WHEN r.c2 < 0 THEN 2 ELSE 1 END, '0') END AS "Price",
  CASE WHEN r.c3 THEN 'Yes' WHEN NOT r.c3 THEN 'No' END AS "IsNew",
  CAST(r.c4 AS VARCHAR) AS "Day",
  CASE WHEN microsecond(r.c5) % 1000000 = 0 THEN strftime(r.c5, '%Y-%m-%dT%H:%M:%SZ') ELSE strftime(r.c5, '%Y-%m-%dT%H:%M:%S.%fZ') END AS "At"
FROM (
SELECT *
FROM (
SELECT
  CAST(t."City" AS VARCHAR) AS c1,
  CASE WHEN typeof(t."Price") IN ('DOUBLE', 'FLOAT') AND NOT isfinite(t."Price") THEN NULL ELSE t."Price" END AS c2,
  CAST(t."IsNew" AS BOOLEAN) AS c3,
  CAST(t."Day" AS DATE) AS c4,
  CAST(t."At" AS TIMESTAMP) AS c5,
  CAST(t."Quantity" AS BIGINT) AS c6,
  t.file_index AS c7,
  t.file_row_number AS c8
FROM read_parquet(['/data/a.parquet'], hive_partitioning = false) AS t
WHERE
  t."Owner" = $1 AND CASE WHEN typeof(t."Owner") IN ('DOUBLE', 'FLOAT') OR typeof(t."Owner") LIKE 'DECIMAL%' THEN nullif(regexp_extract(CAST(t."Owner" AS VARCHAR), '^(-?[0-9]+)(\.0+)?$', 1), '') ELSE CAST(t."Owner" AS VARCHAR) END = $1 AND
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
  CASE WHEN contains(coalesce(CAST(r.c3 AS VARCHAR), CAST(r.c4 AS VARCHAR)), '.') THEN rtrim(rtrim(coalesce(CAST(r.c3 AS VARCHAR), CAST(r.c4 AS VARCHAR)), '0'), '.') ELSE coalesce(CAST(r.c3 AS VARCHAR), CAST(r.c4 AS VARCHAR)) END AS "TotalPrice",
  CASE WHEN typeof(r.c5) LIKE 'DECIMAL%' AND typeof(r.c5) NOT LIKE '%,0)' THEN rtrim(rtrim(CAST(r.c5 AS VARCHAR), '0'), '.') WHEN NOT typeof(r.c5) IN ('DOUBLE', 'FLOAT') THEN CAST(r.c5 AS VARCHAR) WHEN abs(r.c5) >= 1e-4 AND abs(r.c5) < 1e16 THEN rtrim(rtrim(CAST(r.c5 AS VARCHAR), '0'), '.') WHEN abs(r.c5) < 5e-31 THEN '0' WHEN abs(r.c5) < 1 THEN rtrim(rtrim(CAST(CAST(CAST(r.c5 AS VARCHAR) AS DECIMAL(38, 30)) AS VARCHAR), '0'), '.') WHEN isfinite(r.c5) THEN rpad(replace(split_part(CAST(r.c5 AS VARCHAR), 'e', 1), '.', ''), CAST(split_part(CAST(r.c5 AS VARCHAR), '+', 2) AS INTEGER) + CASE WHEN r.c5 < 0 THEN 2 ELSE 1 END, '0') END AS "MeanWeight"
FROM (
SELECT
  CAST(t."City" AS VARCHAR) AS c1,
  sum(CAST(t."Quantity" AS BIGINT)) AS c2,
  CASE WHEN bool_or(CASE WHEN typeof(t."Price") IN ('DOUBLE', 'FLOAT') OR (typeof(t."Price") LIKE 'DECIMAL(3_,%' OR typeof(t."Price") LIKE '%HUGEINT') THEN abs(CAST(t."Price" AS DOUBLE)) BETWEEN 1E18 AND 1.7976931348623157E308 END) THEN NULL ELSE sum(CASE WHEN typeof(t."Price") IN ('DOUBLE', 'FLOAT') THEN CASE WHEN typeof(t."Price") = 'FLOAT' THEN CASE WHEN abs(t."Price") < 1E18 THEN CAST(CAST(t."Price" AS VARCHAR) AS DECIMAL(38, 12)) END ELSE CASE WHEN abs(t."Price") < 1E3 THEN CAST(CAST(t."Price" AS DECIMAL(18, 12)) AS DECIMAL(38, 12)) WHEN abs(t."Price") < 1E5 THEN CAST(CAST(t."Price" AS DECIMAL(18, 10)) AS DECIMAL(38, 12)) WHEN abs(t."Price") < 1E7 THEN CAST(CAST(t."Price" AS DECIMAL(18, 8)) AS DECIMAL(38, 12)) WHEN abs(t."Price") < 1E9 THEN CAST(CAST(t."Price" AS DECIMAL(18, 6)) AS DECIMAL(38, 12)) WHEN abs(t."Price") < 1E11 THEN CAST(CAST(t."Price" AS DECIMAL(18, 4)) AS DECIMAL(38, 12)) WHEN abs(t."Price") < 1E13 THEN CAST(CAST(t."Price" AS DECIMAL(18, 2)) AS DECIMAL(38, 12)) WHEN abs(t."Price") < 1E18 THEN CAST(CAST(t."Price" AS DECIMAL(18, 0)) AS DECIMAL(38, 12)) END END END) END AS c3,
  CASE WHEN bool_or(CASE WHEN typeof(t."Price") IN ('DOUBLE', 'FLOAT') OR (typeof(t."Price") LIKE 'DECIMAL(3_,%' OR typeof(t."Price") LIKE '%HUGEINT') THEN abs(CAST(t."Price" AS DOUBLE)) BETWEEN 1E18 AND 1.7976931348623157E308 END) THEN NULL ELSE sum(CASE WHEN typeof(t."Price") IN ('DOUBLE', 'FLOAT') OR (typeof(t."Price") LIKE 'DECIMAL(3_,%' OR typeof(t."Price") LIKE '%HUGEINT') AND abs(CAST(t."Price" AS DOUBLE)) >= 1E18 THEN NULL ELSE t."Price" END) END AS c4,
  CASE WHEN bool_or(CASE WHEN typeof(t."Weight") IN ('DOUBLE', 'FLOAT') OR (typeof(t."Weight") LIKE 'DECIMAL(3_,%' OR typeof(t."Weight") LIKE '%HUGEINT') THEN abs(CAST(t."Weight" AS DOUBLE)) BETWEEN 1E18 AND 1.7976931348623157E308 END) THEN NULL ELSE coalesce(CAST(CAST(sum(CASE WHEN typeof(t."Weight") IN ('DOUBLE', 'FLOAT') THEN CASE WHEN typeof(t."Weight") = 'FLOAT' THEN CASE WHEN abs(t."Weight") < 1E18 THEN CAST(CAST(t."Weight" AS VARCHAR) AS DECIMAL(38, 12)) END ELSE CASE WHEN abs(t."Weight") < 1E3 THEN CAST(CAST(t."Weight" AS DECIMAL(18, 12)) AS DECIMAL(38, 12)) WHEN abs(t."Weight") < 1E5 THEN CAST(CAST(t."Weight" AS DECIMAL(18, 10)) AS DECIMAL(38, 12)) WHEN abs(t."Weight") < 1E7 THEN CAST(CAST(t."Weight" AS DECIMAL(18, 8)) AS DECIMAL(38, 12)) WHEN abs(t."Weight") < 1E9 THEN CAST(CAST(t."Weight" AS DECIMAL(18, 6)) AS DECIMAL(38, 12)) WHEN abs(t."Weight") < 1E11 THEN CAST(CAST(t."Weight" AS DECIMAL(18, 4)) AS DECIMAL(38, 12)) WHEN abs(t."Weight") < 1E13 THEN CAST(CAST(t."Weight" AS DECIMAL(18, 2)) AS DECIMAL(38, 12)) WHEN abs(t."Weight") < 1E18 THEN CAST(CAST(t."Weight" AS DECIMAL(18, 0)) AS DECIMAL(38, 12)) END END END) AS VARCHAR) AS DOUBLE) / count(CASE WHEN typeof(t."Weight") IN ('DOUBLE', 'FLOAT') THEN CASE WHEN typeof(t."Weight") = 'FLOAT' THEN CASE WHEN abs(t."Weight") < 1E18 THEN CAST(CAST(t."Weight" AS VARCHAR) AS DECIMAL(38, 12)) END ELSE CASE WHEN abs(t."Weight") < 1E3 THEN CAST(CAST(t."Weight" AS DECIMAL(18, 12)) AS DECIMAL(38, 12)) WHEN abs(t."Weight") < 1E5 THEN CAST(CAST(t."Weight" AS DECIMAL(18, 10)) AS DECIMAL(38, 12)) WHEN abs(t."Weight") < 1E7 THEN CAST(CAST(t."Weight" AS DECIMAL(18, 8)) AS DECIMAL(38, 12)) WHEN abs(t."Weight") < 1E9 THEN CAST(CAST(t."Weight" AS DECIMAL(18, 6)) AS DECIMAL(38, 12)) WHEN abs(t."Weight") < 1E11 THEN CAST(CAST(t."Weight" AS DECIMAL(18, 4)) AS DECIMAL(38, 12)) WHEN abs(t."Weight") < 1E13 THEN CAST(CAST(t."Weight" AS DECIMAL(18, 2)) AS DECIMAL(38, 12)) WHEN abs(t."Weight") < 1E18 THEN CAST(CAST(t."Weight" AS DECIMAL(18, 0)) AS DECIMAL(38, 12)) END END END), CAST(CAST(sum(CASE WHEN typeof(t."Weight") IN ('DOUBLE', 'FLOAT') OR (typeof(t."Weight") LIKE 'DECIMAL(3_,%' OR typeof(t."Weight") LIKE '%HUGEINT') AND abs(CAST(t."Weight" AS DOUBLE)) >= 1E18 THEN NULL ELSE t."Weight" END) AS VARCHAR) AS DOUBLE) / count(CASE WHEN typeof(t."Weight") IN ('DOUBLE', 'FLOAT') OR (typeof(t."Weight") LIKE 'DECIMAL(3_,%' OR typeof(t."Weight") LIKE '%HUGEINT') AND abs(CAST(t."Weight" AS DOUBLE)) >= 1E18 THEN NULL ELSE t."Weight" END)) END AS c5
FROM read_parquet(['/data/a.parquet'], hive_partitioning = false) AS t
WHERE
  t."Owner" = $1 AND CASE WHEN typeof(t."Owner") IN ('DOUBLE', 'FLOAT') OR typeof(t."Owner") LIKE 'DECIMAL%' THEN nullif(regexp_extract(CAST(t."Owner" AS VARCHAR), '^(-?[0-9]+)(\.0+)?$', 1), '') ELSE CAST(t."Owner" AS VARCHAR) END = $1 AND
  CAST(t."Day" AS DATE) >= $2 AND
  CAST(t."Day" AS DATE) <= $3
GROUP BY CAST(t."City" AS VARCHAR)
) AS r
ORDER BY
  lower(r.c1) ASC NULLS LAST,
  r.c1 ASC NULLS LAST
