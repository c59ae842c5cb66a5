import { partitionsOf } from '@almanac/query'
import { relative } from 'node:path'
import { nameKey } from '../kernel/name-key.ts'
import type { LeftOut } from './draft.ts'
import { areFew, noLooks, type Looks, type ObservedColumn } from './observe-column.ts'
import { isReadableColumn } from './readable-name.ts'

/** The columns that stand in the paths of files, `…/day=2024-05-01/part-0.parquet`, and those that can't be declared. */
export interface FolderColumns {
  readonly columns: readonly FolderColumn[]
  readonly leftOut: readonly LeftOut[]
}

export interface FolderColumn {
  /** As the folders spell it. */
  readonly name: string
  /** What each file's folder says, by path; null is no value. */
  readonly values: ReadonlyMap<string, string | null>
}

const none: FolderColumns = { columns: [], leftOut: [] }

/**
 * The folders of `paths` below `root` that a server would read as columns. It wants the same ones of every file, none of
 * them twice, and none of that name above `root`.
 */
export function folderColumns(root: string, paths: readonly string[]): FolderColumns {
  const below = paths.map((path) => ({ path, partitions: partitionsOf(relative(root, path)) }))
  const names = below[0]?.partitions.map(({ name }) => name) ?? []
  const all = [...new Set(below.flatMap(({ partitions }) => partitions.map(({ name }) => name)))]
  if (all.length === 0) return none

  const odd = below.find(({ partitions }) => partitions.map(({ name }) => name).join('/') !== names.join('/'))
  if (odd !== undefined) {
    const reason = `a folder of some files only: those of ${relative(root, odd.path)} are others. Each file needs the same ones`
    return { columns: [], leftOut: all.map((name) => leftOut(name, reason)) }
  }
  const above = new Set(partitionsOf(`${root}/file`).map(({ name }) => nameKey(name)))
  const reasonAgainst = (name: string): string | null => {
    if (names.filter((other) => nameKey(other) === nameKey(name)).length > 1)
      return 'two folders of each file: leave one'
    if (above.has(nameKey(name))) return `a folder above ${root} too, which would count: move the datasets folder`
    return isReadableColumn(name) ? null : 'a folder, and no query can name it: call the folders otherwise'
  }
  return {
    columns: all
      .filter((name) => reasonAgainst(name) === null)
      .map((name) => ({
        name,
        values: new Map(
          below.map(({ path, partitions }) => [path, partitions.find((one) => one.name === name)?.value ?? null]),
        ),
      })),
    leftOut: all.flatMap((name) => {
      const reason = reasonAgainst(name)
      return reason === null ? [] : [leftOut(name, reason)]
    }),
  }
}

function leftOut(name: string, reason: string): LeftOut {
  return { name, reason, betterName: null }
}

/** A folder that is a column, as a column of its files: values of all folders, counts of the rows that were looked at. */
export function observeFolder({ name, values }: FolderColumn, rowsIn: ReadonlyMap<string, number>): ObservedColumn {
  const distinct = [...new Set([...values.values()].filter((value) => value !== null))].sort()
  const filled = [...rowsIn].reduce((sum, [path, rows]) => sum + (values.get(path) == null ? 0 : rows), 0)
  const longest = distinct.reduce((most, value) => Math.max(most, value.length), 0)
  return {
    name,
    type: 'VARCHAR',
    inFolders: true,
    filled,
    distinct: distinct.length,
    values: areFew(distinct.length, longest) ? distinct : null,
    looks: looksOf(distinct),
    least: distinct.at(0) ?? null,
    greatest: distinct.at(-1) ?? null,
  }
}

/** Dates and whole numbers, written as the engine reads them in a path; everything else is text. */
function looksOf(values: readonly string[]): Looks {
  const are = (look: (value: string) => boolean): boolean => values.length > 0 && values.every(look)
  return {
    ...noLooks,
    wholeNumber: are((value) => /^-?\d{1,18}$/.test(value)),
    leadingZeros: values.some((value) => /^-?0\d/.test(value)),
    date: are((value) => /^\d{4}-\d{2}-\d{2}$/.test(value) && isDay(value)),
  }
}

function isDay(text: string): boolean {
  const at = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text)
}
