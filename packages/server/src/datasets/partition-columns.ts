import { partitionsOf } from '@almanac/query'
import { join, relative } from 'node:path'
import { nameKey } from '../kernel/name-key.ts'
import type { CatalogDataset } from './dataset.ts'

/**
 * The declared columns that stand in the paths of files below `root` (`…/day=2024-05-01/part-0.parquet`), as the paths
 * spell them. Empty where no folder is called like a column.
 *
 * Throws when the files don't all have the same such folders: nobody could tell what a row of the others has.
 */
export function partitionColumnsOf(root: string, dataset: CatalogDataset, paths: readonly string[]): readonly string[] {
  const declared = new Set(dataset.columns.map(({ name }) => nameKey(name)))
  const isDeclared = (name: string): boolean => declared.has(nameKey(name))
  const below = paths.map((path) => namesIn(relative(root, path)))
  const [first = []] = below
  const columns = [...new Set(below.flat().filter(isDeclared))]
  if (columns.length === 0) return []

  const odd = below.findIndex((names) => shown(names) !== shown(first))
  if (odd !== -1) {
    const [known, other] = [paths[0] ?? '', paths[odd] ?? ''].map((path) => relative(root, path))
    throw new Error(
      `has folders that differ: those of ${known} say ${shown(first)}, those of ${other} ${shown(below[odd] ?? [])}. Each file needs the same ones; in a value, percent-encode what is no letter or digit`,
    )
  }
  const twice = columns.find((name) => first.filter((other) => nameKey(other) === nameKey(name)).length > 1)
  if (twice !== undefined) throw new Error(`has two folders ${twice}=… in ${relative(root, paths[0] ?? '')}: leave one`)
  // The engine looks at the whole path.
  const above = namesIn(join(root, 'file')).find(isDeclared)
  if (above !== undefined) {
    throw new Error(
      `is below a folder ${above}=… of ${root}, which would count as the column: move the datasets folder`,
    )
  }
  return columns
}

function namesIn(path: string): readonly string[] {
  return partitionsOf(path).map(({ name }) => name)
}

function shown(names: readonly string[]): string {
  return names.length === 0 ? 'nothing' : names.map((name) => `${name}=…`).join('/')
}
