/** What a folder of a path says of the rows below it: the value of a column, under the name that the path has for it. */
export interface Partition {
  readonly name: string
  /** Percent-decoded; null is no value. */
  readonly value: string | null
}

// What is no value, in the words of Hive and of DuckDB.
const noValue = /^(__HIVE_DEFAULT_PARTITION__|[Nn][Uu][Ll][Ll])$/

/**
 * Reads the folders `name=value` of a path, `…/month=2024-05/region=north%20west/part-0.parquet`, as the engine does: a
 * folder with a second `=` or a `?` is no partition. Nor is one whose value is no text once it is decoded; the engine
 * fails on that.
 */
export function partitionsOf(path: string): readonly Partition[] {
  const folders = path.split(/[/\\]/).slice(0, -1)
  return folders.flatMap((folder) => {
    const { name, written } = /^(?<name>[^=?\n]+)=(?<written>[^=?\n]*)$/.exec(folder)?.groups ?? {}
    const value = written === undefined ? undefined : decode(written)
    return name === undefined || value === undefined ? [] : [{ name, value }]
  })
}

function decode(written: string): string | null | undefined {
  if (noValue.test(written)) return null
  try {
    return decodeURIComponent(written.replaceAll(/%(?![0-9A-Fa-f]{2})/g, '%25'))
  } catch {
    return undefined
  }
}
