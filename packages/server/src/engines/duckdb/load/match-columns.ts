import { nearestName } from '@almanac/query'
import type { LoadFile, LoadRequest } from '../../../datasets/versions/load-engine.ts'
import type { LoadMistake } from '../../../datasets/versions/load-mistake.ts'

export interface ColumnMatch {
  /** For each column of the dataset, where it stands among the names; -1 where it is missing. */
  readonly places: readonly number[]
  readonly mistakes: readonly LoadMistake[]
}

/**
 * Finds the columns of a dataset among those of a file, by name in any case and in any order. A column too many is as
 * wrong as one too few, unless the request passes it over: more often than not it is one whose name is misspelt, or the
 * file of another dataset.
 */
export function matchColumns(
  { columns, ignoreExtraColumns }: Pick<LoadRequest, 'columns' | 'ignoreExtraColumns'>,
  file: LoadFile,
  names: readonly string[],
): ColumnMatch {
  const mistakes: LoadMistake[] = []
  const keys = names.map(keyOf)
  const places = columns.map(({ name }) => keys.indexOf(keyOf(name)))
  const declared = new Set(columns.map(({ name }) => keyOf(name)))
  const extra = names.filter((name) => !declared.has(keyOf(name)))

  columns.forEach(({ name }, index) => {
    if (places[index] !== -1) return
    const near = nearestName(name, extra)
    const problem = `the file has no such column${near === undefined ? '' : `; did ${near} mean it?`}`
    mistakes.push({ code: 'missing_column', file: file.name, column: name, problem })
  })
  names.forEach((name, index) => {
    if (!declared.has(keyOf(name)) || keys.indexOf(keyOf(name)) === index) return
    const problem = 'the file has two columns of this name (case does not count)'
    mistakes.push({ code: 'duplicate_column', file: file.name, column: name, problem })
  })
  if (!ignoreExtraColumns) {
    for (const name of extra) {
      const problem = 'the dataset has no such column, and columns too many were not to be ignored'
      mistakes.push({ code: 'extra_column', file: file.name, column: name, problem })
    }
  }
  return { places, mistakes }
}

function keyOf(name: string): string {
  return name.trim().toLowerCase()
}
