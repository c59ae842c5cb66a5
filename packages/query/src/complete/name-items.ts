import type { Column, Metric } from '../dataset.ts'
import { dateRangeWords } from '../plan/date-range-words.ts'
import { parseDateRange } from '../plan/date-range.ts'
import { defaultRangeOf } from '../check/timespan.ts'
import type { Candidate } from './completion.ts'
import { fieldOf } from './surroundings.ts'
import type { KnownSelection, NamedDataset, Surroundings } from './surroundings.ts'

type Place = 'selected' | 'filtered' | 'ordered'

/** The columns and metrics that may stand at a place; those of several datasets once each. */
export function columnItems(place: Place, surroundings: Surroundings): readonly Candidate[] {
  const { possible, selection, outline } = surroundings
  const takes = takesAt[place]
  const used = usedIn(
    place === 'selected' ? outline.selected : place === 'ordered' ? outline.ordered : [],
    surroundings,
  )
  const columns = possible.flatMap(({ dataset }) =>
    dataset.columns
      .filter((column) => column.hidden !== true && (selection === undefined || takes.column(column, selection)))
      .map(columnItem),
  )
  const metrics = possible.flatMap(({ dataset }) =>
    selection === undefined || takes.metrics(selection) ? dataset.metrics.map(metricItem) : [],
  )
  const first = new Map([...columns, ...metrics].toReversed().map((item) => [item.label.toLowerCase(), item]))
  return [...first.values()].toReversed().map((item) => ({ ...item, isUsed: used.has(item.label) }))
}

/** What the check would take where: see `checkFilters` and `checkOrder`. */
const takesAt: Readonly<
  Record<
    Place,
    {
      readonly column: (column: Column, selection: KnownSelection) => boolean
      readonly metrics: (selection: KnownSelection) => boolean
    }
  >
> = {
  selected: { column: () => true, metrics: () => true },
  filtered: { column: () => true, metrics: ({ hasMetric }) => hasMetric },
  ordered: {
    column: ({ name }, { columns, hasMetric, isDistinct }) => !(hasMetric || isDistinct) || columns.has(name),
    metrics: ({ hasMetric }) => hasMetric,
  },
}

function usedIn(names: readonly string[], surroundings: Surroundings): ReadonlySet<string> {
  return new Set(names.flatMap((name) => fieldOf(name, surroundings)?.name ?? []))
}

function columnItem({ name, type, description }: Column): Candidate {
  return { kind: 'column', label: name, insertText: name, detail: type, ...(description && { description }) }
}

function metricItem({ name, type, description }: Metric): Candidate {
  return { kind: 'metric', label: name, insertText: name, detail: type, ...(description && { description }) }
}

/** The datasets, those first that have all that is selected. */
export function datasetItems({ all }: Surroundings): readonly Candidate[] {
  const fitsFirst = [...all.filter(({ hasSelected }) => hasSelected), ...all.filter(({ hasSelected }) => !hasSelected)]
  return fitsFirst.map(({ dataset: { name, description } }) => ({
    kind: 'dataset',
    label: name,
    insertText: name,
    ...(description && { description }),
  }))
}

/** The ranges that TIMESPAN takes. */
export function rangeItems({ possible }: Surroundings): readonly Candidate[] {
  const items = possible.flatMap((named) => rangesOf(named).map((name) => rangeItem(name, named)))
  return [...new Map(items.toReversed().map((item) => [item.label, item])).values()].toReversed()
}

/** Without dates a dataset takes LIFETIME at most. */
export function rangesOf({ dataset: { dateColumn, dateRanges } }: NamedDataset): readonly string[] {
  return dateRanges.filter((name) => dateColumn !== undefined || parseDateRange(name)?.kind === 'lifetime')
}

function rangeItem(name: string, { dataset }: NamedDataset): Candidate {
  const range = parseDateRange(name)
  const isDefault = defaultRangeOf(dataset)?.toUpperCase() === name.toUpperCase()
  return {
    kind: 'range',
    label: name,
    insertText: name,
    ...(range && { detail: dateRangeWords(range) }),
    ...(isDefault && { description: 'What counts without TIMESPAN' }),
  }
}
