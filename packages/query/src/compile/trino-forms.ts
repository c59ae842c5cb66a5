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

/** Of an instant, by the clock of UTC; six digits after the seconds if they aren't all zero. */
export function timestampForm(timestamp: string): string {
  // yyyy-MM-dd HH:mm:ss.ffffff UTC
  const text = `CAST(${timestamp} AT TIME ZONE 'UTC' AS VARCHAR)`
  const fraction = `CASE WHEN substr(${text}, 21, 6) = '000000' THEN '' ELSE '.' || substr(${text}, 21, 6) END`
  return `substr(${text}, 1, 10) || 'T' || substr(${text}, 12, 8) || ${fraction} || 'Z'`
}

export function booleanForm(boolean: string, [whenFalse, whenTrue]: readonly [string, string]): string {
  return `CASE WHEN ${boolean} THEN ${quoteText(whenTrue)} WHEN NOT ${boolean} THEN ${quoteText(whenFalse)} END`
}

/**
 * A number without exponent and without zeros that carry nothing. Trino's text of a double is no help: it has an exponent
 * (`1.5E0`) and not always the shortest digits (2e23 is `1.9999999999999998E23`). A cast to a DECIMAL and `format` take
 * the shortest ones.
 */
export function numberForm(number: string): string {
  return `CASE WHEN ${isFloating(number)} THEN ${floatingForm(number)} ELSE ${exactForm(`CAST(${number} AS VARCHAR)`)} END`
}

/** Only with a scale is there a point, and without one the zeros count. */
export function exactForm(text: string): string {
  return `CASE WHEN strpos(${text}, '.') > 0 THEN ${trimmed(text)} ELSE ${text} END`
}

/** What is no number (NaN, infinity) is NULL. A large one has its shortest digits, and zeros in the other places. */
function floatingForm(number: string): string {
  const withPlaces = (places: number): string => trimmed(`CAST(CAST(${number} AS DECIMAL(38, ${places})) AS VARCHAR)`)
  return [
    `CASE WHEN abs(${number}) < 1E0 THEN ${withPlaces(30)}`,
    `WHEN abs(${number}) < 1E16 THEN ${withPlaces(20)}`,
    // Of NULL it would be the empty text.
    `WHEN is_finite(${number}) THEN format('%.0f', ${number}) END`,
  ].join(' ')
}

/** Whether a value has a floating type, which only Trino knows. */
export function isFloating(value: string): string {
  return `typeof(${value}) IN ('double', 'real')`
}

function trimmed(text: string): string {
  return `trim(TRAILING '.' FROM trim(TRAILING '0' FROM ${text}))`
}
