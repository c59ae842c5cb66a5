import type { DeclaredMetric } from '../datasets/loading/declared.ts'
import { isIdentifier } from './choose-type.ts'
import type { DraftColumn } from './draft.ts'
import { hasWord, nameOf, nameWords, sentenceOf, wordSet } from './name-words.ts'
import type { ObservedColumn } from './observe-column.ts'
import { isReadableColumn } from './readable-name.ts'

const mostMeasures = 10

// Numbers that name a place, a time or a rank: no sum or average of them says anything.
const noMeasure = wordSet(
  'year month day week weekday hour minute quarter latitude longitude lat lon lng number no index rank ' +
    'version offset cluster x y z level group line',
)
// Numbers that belong to one thing and don't add up.
const averaged = wordSet(
  'rate ratio percent percentage pct perc average avg mean median per share index price temperature ' +
    'temp score rating age speed wind height width length depth weight expectancy expect density mag ' +
    'magnitude min max fertility horsepower acceleration',
)

/** Metrics that most would ask for: how many rows, how many different ids, and sums or averages of what is measured. */
export function suggestMetrics(
  columns: readonly DraftColumn[],
  observed: ReadonlyMap<string, ObservedColumn>,
  account: string | null,
): readonly DeclaredMetric[] {
  const taken = new Set(columns.map(({ name }) => name.toLowerCase()))
  const metrics: DeclaredMetric[] = []
  const suggest = (words: readonly string[], like: string, aggregate: string, description: string): void => {
    const name = nameOf(words, like)
    if (taken.has(name.toLowerCase()) || !isReadableColumn(name)) return
    taken.add(name.toLowerCase())
    metrics.push({ name, aggregate, description })
  }

  const [first] = columns
  if (first !== undefined) suggest(['row', 'count'], first.name, 'count(*)', 'How many rows.')
  for (const { name, hidden } of columns) {
    const { filled = 0, distinct = 0 } = observed.get(name) ?? {}
    if (hidden === true || name === account || !isIdentifier(name) || distinct < 2 || distinct === filled) continue
    const words = nameWords(name)
    suggest(['distinct', ...words], name, `countDistinct(${name})`, `How many different values ${name} has.`)
  }
  const measures = columns
    .filter((column) => isMeasure(column) && observed.get(column.name)?.inFolders !== true)
    .slice(0, mostMeasures)
  for (const { name } of measures) {
    const words = nameWords(name)
    if (hasWord(name, averaged)) {
      suggest(['average', ...words], name, `avg(${name})`, `${sentenceOf(['average', ...words])}.`)
    } else {
      suggest(['total', ...words], name, `sum(${name})`, `${sentenceOf(['total', ...words])}.`)
    }
  }
  return metrics
}

function isMeasure({ name, type, hidden }: DraftColumn): boolean {
  const isNumber = type === 'integer' || type === 'decimal'
  return isNumber && hidden !== true && !isIdentifier(name) && !hasWord(name, noMeasure)
}
