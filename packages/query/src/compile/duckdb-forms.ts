import { quoteText } from './quote.ts'

// How values stand in a file (`docs/reference/compatibility.md`, "Files and links"), as DuckDB expressions over one.

export function dateForm(date: string): string {
  return `CAST(${date} AS VARCHAR)`
}

/** `yyyy-MM-ddTHH:mm:ssZ`, with six digits after the seconds if they aren't all zero. */
export function timestampForm(timestamp: string): string {
  const whole = `strftime(${timestamp}, '%Y-%m-%dT%H:%M:%SZ')`
  const fraction = `strftime(${timestamp}, '%Y-%m-%dT%H:%M:%S.%fZ')`
  return `CASE WHEN microsecond(${timestamp}) % 1000000 = 0 THEN ${whole} ELSE ${fraction} END`
}

export function booleanForm(boolean: string, [whenFalse, whenTrue]: readonly [string, string]): string {
  return `CASE WHEN ${boolean} THEN ${quoteText(whenTrue)} WHEN NOT ${boolean} THEN ${quoteText(whenFalse)} END`
}

/**
 * A number without exponent and without zeros that carry nothing: `1.5`, `100`, `0.00000015`. A double is the shortest
 * text that reads back the same, a large one with zeros where that text has an exponent; what is no number (NaN, infinity)
 * is NULL. DuckDB knows the type of a value when it plans, so only the branch for that type runs; testing doubles as
 * numbers and not as texts halves the time.
 */
export function numberForm(value: string): string {
  const text = `CAST(${value} AS VARCHAR)`
  // Of '-1.5e+20': '-15', filled up with zeros to as many characters as the exponent says, and one or two.
  const digits = `replace(split_part(${text}, 'e', 1), '.', '')`
  const digitsBefore = `CASE WHEN ${value} < 0 THEN 2 ELSE 1 END`
  const exact = [
    // Only with a scale is there a point, and without one the zeros count.
    `WHEN typeof(${value}) LIKE 'DECIMAL%' AND typeof(${value}) NOT LIKE '%,0)' THEN ${trimmed(text)}`,
    `WHEN NOT ${isFloating(value)} THEN ${text}`,
  ]
  const floating = [
    // From 0.0001 up to 1e16 DuckDB writes no exponent.
    `WHEN abs(${value}) >= 1e-4 AND abs(${value}) < 1e16 THEN ${trimmed(text)}`,
    // Thirty places are written; DuckDB's cast made 1e-30 of anything smaller.
    `WHEN abs(${value}) < 5e-31 THEN '0'`,
    `WHEN abs(${value}) < 1 THEN ${trimmed(`CAST(CAST(${text} AS DECIMAL(38, 30)) AS VARCHAR)`)}`,
    `WHEN isfinite(${value}) THEN rpad(${digits}, CAST(split_part(${text}, '+', 2) AS INTEGER) + ${digitsBefore}, '0')`,
  ]
  return `CASE ${[...exact, ...floating].join(' ')} END`
}

/** The same for the text of an exact number. */
export function exactForm(text: string): string {
  return `CASE WHEN contains(${text}, '.') THEN ${trimmed(text)} ELSE ${text} END`
}

/** Whether a value has a floating type; DuckDB answers when it plans. */
export function isFloating(value: string): string {
  return `typeof(${value}) IN ('DOUBLE', 'FLOAT')`
}

function trimmed(text: string): string {
  return `rtrim(rtrim(${text}, '0'), '.')`
}
