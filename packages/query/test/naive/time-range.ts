import type { Dataset } from '../../src/index.ts'
import type { TimespanNode } from '../../src/syntax/tree.ts'
import { microsOfLiteral } from './literal.ts'
import type { NaiveValue } from './row.ts'
import type { Rules } from './rules.ts'

/** The times of a run; epoch milliseconds UTC. */
export interface NaiveTimes {
  readonly referenceAt: number
  readonly window?: { readonly startAt?: number; readonly endAt?: number }
}

const dayMs = 86_400_000
const always = (): boolean => true

/** Whether a row counts, by its value in the dataset's date column. */
export function timeRangeOf(
  timespan: TimespanNode | null,
  dataset: Dataset,
  times: NaiveTimes,
  rules: Rules,
): (value: NaiveValue) => boolean {
  if (dataset.dateColumn === undefined) return always
  const { startAt, endAt } = times.window ?? {}
  if (startAt !== undefined || endAt !== undefined) {
    return (value) =>
      value !== null &&
      (startAt === undefined || microsOf(value) >= micros(startAt)) &&
      (endAt === undefined ||
        microsOf(value) < micros(endAt) ||
        (rules.requestedEnd === 'in' && microsOf(value) === micros(endAt)))
  }
  if (timespan?.kind === 'between') return betweenRange(timespan.from.text, timespan.to.text, rules)
  return namedRange(timespan?.name.name ?? defaultRangeOf(dataset, rules), dataset, times.referenceAt, rules)
}

function defaultRangeOf({ dateRanges, defaultDateRange }: Dataset, { defaultRange }: Rules): string {
  return dateRanges.includes(defaultRange) ? defaultRange : (defaultDateRange ?? defaultRange)
}

/** Both ends belong, and a date as its end is the whole day. */
function betweenRange(from: string, to: string, rules: Rules): (value: NaiveValue) => boolean {
  const isWholeDay = to.length === 10 && rules.lastDay === 'whole'
  const last = microsOfLiteral(to) + (isWholeDay ? micros(dayMs) - 1n : 0n)
  return (value) => value !== null && microsOf(value) >= microsOfLiteral(from) && microsOf(value) <= last
}

function namedRange(
  name: string,
  { timespans }: Dataset,
  referenceAt: number,
  rules: Rules,
): (value: NaiveValue) => boolean {
  const today = referenceAt - (((referenceAt % dayMs) + dayMs) % dayMs)
  const upTo = rules.referenceDay === 'in' ? micros(referenceAt) : micros(today) - 1n
  const between = (first: bigint, last: bigint) => (value: NaiveValue) =>
    value !== null && microsOf(value) >= first && microsOf(value) <= last

  const [kind, count] = readName(name)
  switch (kind) {
    case 'LIFETIME':
      return always
    case 'TODAY':
      return between(micros(today), upTo)
    case 'YESTERDAY':
      return between(micros(today - dayMs), micros(today) - 1n)
    case 'DAY':
      return between(micros(today - count * dayMs), upTo)
    case 'MONTH': {
      if (timespans === 'rolling') return between(micros(monthsBefore(today, count, rules)), upTo)
      const month = Date.parse(`${new Date(referenceAt).toISOString().slice(0, 7)}-01`)
      return between(micros(monthsBefore(month, count, rules)), micros(month) - 1n)
    }
    default:
      throw new Error(`no such range: ${name}`)
  }
}

function readName(name: string): readonly [kind: string, count: number] {
  const words = name.toUpperCase().split('_')
  const unit = (words.at(-1) ?? '').replace(/S$/, '')
  const count = words.length === 3 ? Number(words[1]) : 1
  return unit === 'YEAR' ? ['MONTH', 12 * count] : [unit, count]
}

function monthsBefore(day: number, months: number, rules: Rules): number {
  const [year = 0, month = 0, date = 0] = new Date(day).toISOString().slice(0, 10).split('-').map(Number)
  const total = year * 12 + (month - 1) - months
  const [earlierYear, earlierMonth] = [Math.floor(total / 12), total % 12]
  const lengths = [31, isLeap(earlierYear) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
  const shortened = rules.shortMonth === 'last day' ? Math.min(date, lengths[earlierMonth] ?? 0) : date
  return Date.UTC(earlierYear, earlierMonth, shortened)
}

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
}

function micros(ms: number): bigint {
  return BigInt(ms) * 1000n
}

/** A date counts as its midnight. */
function microsOf(value: NaiveValue): bigint {
  return typeof value === 'bigint' ? value : micros(Date.parse(`${String(value)}T00:00:00Z`))
}
