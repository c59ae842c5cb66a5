import { findDataset } from '../check/dataset-name.ts'
import { namesOf } from '../check/names.ts'
import type { DatasetNames } from '../check/names.ts'
import type { Dataset } from '../dataset.ts'
import type { Field } from '../plan/field.ts'
import type { Profile } from '../profile.ts'
import type { Outline } from './outline.ts'

/** A dataset that the query may be about. */
export interface NamedDataset {
  readonly dataset: Dataset
  readonly names: DatasetNames
  /** It has every name that is selected. */
  readonly hasSelected: boolean
}

/** What the rest of the query says of what may stand at the cursor. */
export interface Surroundings {
  readonly profile: Profile
  readonly all: readonly NamedDataset[]
  /** The dataset of FROM alone; without one, those that have all selected names, or else every one. */
  readonly possible: readonly NamedDataset[]
  readonly selection: KnownSelection | undefined
  readonly outline: Outline
}

/** What is selected, if the dataset is known and has all of it. */
export interface KnownSelection {
  readonly columns: ReadonlySet<string>
  readonly hasMetric: boolean
  readonly isDistinct: boolean
}

export function surroundingsOf(outline: Outline, datasets: readonly Dataset[], profile: Profile): Surroundings {
  const all = datasets.map((dataset) => {
    const names = namesOf(dataset)
    return { dataset, names, hasSelected: outline.selected.every((name) => names.find(name) !== undefined) }
  })
  const from = outline.datasetName === undefined ? undefined : findDataset(outline.datasetName, datasets)
  const named = all.find(({ dataset }) => dataset === from)
  const fitting = all.filter(({ hasSelected }) => hasSelected)
  const possible = named === undefined ? (fitting.length > 0 ? fitting : all) : [named]
  return { profile, all, possible, outline, selection: named && selectionIn(named, outline) }
}

/** The field of a name in the first dataset that has it. */
export function fieldOf(name: string, { possible }: Surroundings): Field | undefined {
  for (const { names } of possible) {
    const found = names.find(name)
    if (found !== undefined) return found.field
  }
  return undefined
}

function selectionIn({ names, hasSelected }: NamedDataset, outline: Outline): KnownSelection | undefined {
  const { selected, selectsAll, isDistinct } = outline
  if (!hasSelected || (selected.length === 0 && !selectsAll)) return undefined
  const fields = selectsAll
    ? names.columns.map(({ field }) => field)
    : selected.flatMap((name) => names.find(name)?.field ?? [])
  return {
    columns: new Set(fields.flatMap(({ kind, name }) => (kind === 'column' ? [name] : []))),
    hasMetric: fields.some(({ kind }) => kind === 'metric'),
    isDistinct,
  }
}
