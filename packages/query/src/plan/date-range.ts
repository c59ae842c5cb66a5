/** A named range of TIMESPAN, as what it counts. */
export type DateRange =
  | { readonly kind: 'today' }
  | { readonly kind: 'yesterday' }
  | { readonly kind: 'lifetime' }
  | { readonly kind: 'days'; readonly count: number }
  | { readonly kind: 'months'; readonly count: number }

const monthsPerYear = 12

/**
 * Reads `TODAY`, `YESTERDAY`, `LIFETIME`, `LAST_MONTH`, `LAST_YEAR`, `LAST_<n>_DAYS`, `LAST_<n>_MONTHS` and
 * `LAST_<n>_YEARS` (or the singular) in any case; `undefined` for any other name. A catalog may offer only these.
 */
export function parseDateRange(name: string): DateRange | undefined {
  const upper = name.toUpperCase()
  if (upper === 'TODAY') return { kind: 'today' }
  if (upper === 'YESTERDAY') return { kind: 'yesterday' }
  if (upper === 'LIFETIME') return { kind: 'lifetime' }
  const [, digits = '1', unit] =
    /^LAST_(?:([1-9][0-9]{0,2})_)?(MONTH|YEAR)$/.exec(upper) ??
    /^LAST_([1-9][0-9]{0,2})_(DAY|MONTH|YEAR)S?$/.exec(upper) ??
    []
  const count = Number(digits)
  if (unit === 'DAY') return { kind: 'days', count }
  if (unit === 'MONTH') return { kind: 'months', count }
  if (unit === 'YEAR') return { kind: 'months', count: count * monthsPerYear }
  return undefined
}
