import type { DateRange } from './date-range.ts'

/** A range in words: `the last 6 months`. */
export function dateRangeWords(range: DateRange): string {
  switch (range.kind) {
    case 'today':
      return 'today'
    case 'yesterday':
      return 'yesterday'
    case 'lifetime':
      return 'all time'
    case 'days':
    case 'months':
      return range.count === 1 ? `the last ${range.kind.slice(0, -1)}` : `the last ${range.count} ${range.kind}`
    default:
      return range satisfies never
  }
}
