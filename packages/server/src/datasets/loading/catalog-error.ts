/** One thing that is wrong with a catalog, and what to do about it. */
export interface CatalogMistake {
  /** Relative to the catalog's folder, with `/` on every system; `.` for the folder itself. */
  readonly file: string
  /** Counts from 1. */
  readonly line: number
  readonly message: string
}

/** A catalog that can't be used. Carries every mistake that was found, not only the first. */
export class CatalogError extends Error {
  override readonly name = 'CatalogError'
  readonly mistakes: readonly CatalogMistake[]

  constructor(folder: string, mistakes: readonly CatalogMistake[]) {
    const count = mistakes.length === 1 ? '1 mistake' : `${mistakes.length} mistakes`
    const lines = mistakes.map(({ file, line, message }) => `  ${file}:${line}: ${message}`)
    super([`The catalog in ${folder} has ${count}:`, ...lines].join('\n'))
    this.mistakes = mistakes
  }
}
