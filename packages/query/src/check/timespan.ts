import type { Dataset } from '../dataset.ts'
import { parseDateRange } from '../plan/date-range.ts'
import type { Timespan } from '../plan/plan.ts'
import { printLiteral } from '../syntax/print-query.ts'
import type { TextNode, TimespanNode } from '../syntax/tree.ts'
import type { Findings } from './findings.ts'
import { parseInstant } from './instant.ts'
import type { Instant } from './instant.ts'

/** The documented default: the last six months. */
const defaultRange = 'LAST_6_MONTHS'
const dayMs = 24 * 60 * 60 * 1000

/** What TIMESPAN means on this dataset, or what is meant without one. `null`: all rows. */
export function checkTimespan(node: TimespanNode | null, dataset: Dataset, findings: Findings): Timespan | null {
  if (node === null) return defaultTimespan(dataset)
  if (node.kind === 'between') {
    if (dataset.dateColumn === undefined) findings.add(node.keyword, 'no_date_column', { dataset: dataset.name })
    return betweenTimespan(node.from, node.to, findings)
  }
  const offered = dataset.dateRanges.find((name) => name.toUpperCase() === node.name.name.toUpperCase())
  const range = offered === undefined ? undefined : parseDateRange(offered)
  if (range === undefined) {
    const data = { name: node.name.name, dataset: dataset.name, known: dataset.dateRanges }
    findings.add(node.name.span, 'unknown_range', data)
    return null
  }
  if (dataset.dateColumn === undefined && range.kind !== 'lifetime') {
    findings.add(node.name.span, 'no_date_column', { dataset: dataset.name })
  }
  return { kind: 'range', range, counting: dataset.timespans }
}

/** The range that a query without TIMESPAN has; `null` for a dataset without dates. */
export function defaultRangeOf({ dateColumn, dateRanges, defaultDateRange }: Dataset): string | null {
  if (dateColumn === undefined) return null
  const offersDefault = dateRanges.some((name) => name.toUpperCase() === defaultRange)
  return offersDefault ? defaultRange : (defaultDateRange ?? defaultRange)
}

function defaultTimespan(dataset: Dataset): Timespan | null {
  const name = defaultRangeOf(dataset)
  if (name === null) return null
  const range = parseDateRange(name) ?? { kind: 'months', count: 6 }
  return { kind: 'range', range, counting: dataset.timespans }
}

/** Both ends belong: a day as a whole, a point in time itself. */
function betweenTimespan(from: TextNode, to: TextNode, findings: Findings): Timespan | null {
  const start = checkBound(from, findings)
  const end = checkBound(to, findings)
  if (start === undefined || end === undefined) return null
  if (start.atMicros > end.atMicros) {
    findings.add(from.span, 'empty_range', { from: printLiteral(from), to: printLiteral(to) })
    return null
  }
  const endAt = toMs(end)
  return {
    kind: 'between',
    startAt: toMs(start),
    endAt: end.isDateOnly ? endAt + dayMs : endAt,
    endInclusive: !end.isDateOnly,
  }
}

function checkBound(literal: TextNode, findings: Findings): Instant | undefined {
  const instant = parseInstant(literal.text)
  if (instant === undefined) {
    const data = { literal: printLiteral(literal), name: 'TIMESPAN', type: 'timestamp' } as const
    findings.add(literal.span, 'bad_literal', data)
  }
  return instant
}

function toMs({ atMicros }: Instant): number {
  return Number(atMicros / 1000n)
}
