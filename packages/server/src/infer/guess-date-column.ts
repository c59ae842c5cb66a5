import type { DraftColumn, Guess } from './draft.ts'
import { nameWords, wordSet } from './name-words.ts'
import type { Observation, ObservedColumn } from './observe-column.ts'

// When the thing itself happened, against when something else did, or when the row was touched.
const good = wordSet('date day time timestamp at on month created ordered purchase event')
const better = wordSet('order usage transaction purchase event sale release start flight')
const worse = wordSet('end updated modified changed cancel cancelled expiry expires birth due')

/** Which date or timestamp TIMESPAN should filter: by name, by how many rows have it, and by where it stands. */
export function guessDateColumn(
  declared: readonly DraftColumn[],
  observed: ReadonlyMap<string, ObservedColumn>,
  { rows }: Observation,
): Guess {
  const candidates = declared
    .filter(({ type }) => type === 'date' || type === 'timestamp')
    .map(({ name }, index) => {
      const filled = observed.get(name)?.filled ?? 0
      return { name, filled, score: scoreOf(name, rows === 0 ? 0 : filled / rows) - index / 100 }
    })
    .sort((a, b) => b.score - a.score)
  const [best, ...others] = candidates
  if (best === undefined) {
    return { column: null, why: 'There is no date or timestamp that TIMESPAN could filter; queries see all rows.' }
  }
  const beside = others.length === 0 ? '' : ` ${others.map(({ name }) => name).join(', ')} could be it too.`
  const gaps =
    best.filled === rows
      ? 'every row that was looked at has it'
      : `${(rows - best.filled).toLocaleString('en-US')} of ${rows.toLocaleString('en-US')} rows lack it, and TIMESPAN never finds these`
  const why = others.length === 0 ? 'The only date' : 'By its name and its place'
  return { column: best.name, why: `What TIMESPAN filters. ${why}; ${gaps}.${beside}` }
}

function scoreOf(name: string, coverage: number): number {
  const words = nameWords(name)
  const points = (known: ReadonlySet<string>): number => (words.some((word) => known.has(word)) ? 1 : 0)
  return coverage * 3 + points(good) + points(better) - 2 * points(worse)
}
