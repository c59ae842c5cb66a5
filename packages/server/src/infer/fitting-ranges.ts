import { dayMs } from '../kernel/hours.ts'
import type { DraftRanges } from './draft.ts'

const ranges = [
  { name: 'LAST_7_DAYS', days: 7 },
  { name: 'LAST_MONTH', days: 31 },
  { name: 'LAST_3_MONTHS', days: 92 },
  { name: 'LAST_6_MONTHS', days: 184 },
  { name: 'LAST_1_YEAR', days: 366 },
  { name: 'LAST_3_YEARS', days: 1_096 },
] as const

/** The default where nothing else is said (`docs/reference/compatibility.md`, "Time ranges"). */
const usual = 'LAST_6_MONTHS'

/**
 * The ranges that find some rows of data between two days, and no two that find all of them. `least` and `greatest`
 * are dates or timestamps as texts; `now` is epoch milliseconds.
 */
export function fittingRanges(least: string | null, greatest: string | null, now: number): DraftRanges {
  const [firstAt, lastAt] = [least, greatest].map((text) => Date.parse(`${(text ?? '').slice(0, 10)}T00:00:00Z`))
  if (firstAt === undefined || lastAt === undefined || Number.isNaN(firstAt) || Number.isNaN(lastAt)) {
    return {
      offered: [usual, 'LIFETIME'],
      byDefault: usual,
      why: 'The span of the data is not known: choose what fits.',
    }
  }
  const reachesData = ranges.filter(({ days }) => now - days * dayMs <= lastAt)
  const coversAll = reachesData.findIndex(({ days }) => now - days * dayMs <= firstAt)
  const useful = coversAll === -1 ? reachesData : reachesData.slice(0, coversAll + 1)
  const offered = [...useful.map(({ name }) => name), 'LIFETIME']
  const isOld = useful.length === 0
  const isAhead = lastAt > now + dayMs
  return {
    offered,
    byDefault: offered.includes(usual) ? usual : 'LIFETIME',
    why:
      `The rows lie between ${least?.slice(0, 10)} and ${greatest?.slice(0, 10)}` +
      (isOld ? '; ranges that count back from today would find none of them.' : '; these ranges find some of them.') +
      (isAhead ? ' Some lie in the future, which only LIFETIME finds: check that these dates are right.' : ''),
  }
}
