import type { Observation } from './observe-column.ts'

/** What was looked at, in sentences; `what` is how the data are called. */
export function basisOf(what: string, { rows, isAll, totalRows }: Observation): readonly string[] {
  if (isAll) return [`All rows of ${what} were looked at (${grouped(rows)}).`]
  const total = totalRows === null ? 'there may be more' : `there are ${grouped(totalRows)}`
  return [
    `The first ${grouped(rows)} rows of ${what} were looked at; ${total}.`,
    'Types, values and counts are those of these rows: `almanac catalog check --data` reads all of them.',
  ]
}

/** A count with its thousands apart. */
export function grouped(count: number): string {
  return count.toLocaleString('en-US')
}
