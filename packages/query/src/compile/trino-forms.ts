import { quoteText } from './quote.ts'

// How values stand in a file (`docs/reference/compatibility.md`, "Files and links"), as Trino expressions: the same text
// that DuckDB's forms make of the same value.

/** A whole number; a sum of them is a DECIMAL without a scale. */
export function wholeForm(value: string): string {
  return `CAST(${value} AS VARCHAR)`
}

export function dateForm(date: string): string {
  return `CAST(${date} AS VARCHAR)`
}

/** From `yyyy-MM-dd HH:mm:ss.ffffff`: six digits after the seconds if they aren't all zero. */
export function timestampForm(text: string): string {
  const fraction = `CASE WHEN substr(${text}, 21) = '000000' THEN '' ELSE '.' || substr(${text}, 21) END`
  return `substr(${text}, 1, 10) || 'T' || substr(${text}, 12, 8) || ${fraction} || 'Z'`
}

export function booleanForm(boolean: string, [whenFalse, whenTrue]: readonly [string, string]): string {
  return `CASE WHEN ${boolean} THEN ${quoteText(whenTrue)} WHEN NOT ${boolean} THEN ${quoteText(whenFalse)} END`
}

/**
 * A number without exponent and without zeros that carry nothing. Trino writes a DECIMAL plainly (`1.50`) and a double
 * as its shortest digits with an exponent (`1.5E0`, `-1.25E-7`), so the point is put where the exponent says. A double
 * from 1e16 on is written with all the digits that it stands for, as DuckDB does. What is no number is NULL.
 */
export function numberForm(value: string, pass: (sql: string) => string): string {
  const text = pass(`CAST(${value} AS VARCHAR)`)
  const whole = pass(`CAST(TRY_CAST(${value} AS DECIMAL(38, 0)) AS VARCHAR)`)
  const exponent = `CAST(regexp_extract(${text}, 'E(-?[0-9]+)$', 1) AS INTEGER)`
  const digits = `replace(regexp_extract(${text}, '^-?([0-9.]+)', 1), '.', '')`
  const sign = `CASE WHEN ${text} LIKE '-%' THEN '-' ELSE '' END`
  const large = `rpad(${digits}, ${exponent} + 1, '0')`
  const middle = trimmed(`substr(${digits}, 1, ${exponent} + 1) || '.' || substr(${digits}, ${exponent} + 2)`)
  const small = trimmed(`'0.' || rpad('', -${exponent} - 1, '0') || ${digits}`)
  return [
    'CASE',
    // NaN, Infinity.
    `WHEN NOT regexp_like(${text}, '^-?[0-9]') THEN NULL`,
    `WHEN ${text} IN ('0.0E0', '-0.0E0') THEN '0'`,
    `WHEN ${exponent} IS NULL THEN CASE WHEN strpos(${text}, '.') = 0 THEN ${text} ELSE ${trimmed(text)} END`,
    `WHEN ${exponent} >= 16 THEN coalesce(${whole}, ${sign} || ${large})`,
    `WHEN ${exponent} >= length(${digits}) - 1 THEN ${sign} || ${large}`,
    `WHEN ${exponent} >= 0 THEN ${sign} || ${middle}`,
    `ELSE ${sign} || ${small}`,
    'END',
  ].join(' ')
}

/** Without zeros at the end of a fraction, and without a point that nothing follows. */
function trimmed(text: string): string {
  return `regexp_replace(${text}, '\\.?0+$', '')`
}
