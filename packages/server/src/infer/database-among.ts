import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { InferError } from './infer-error.ts'

const databaseEnding = /\.(duckdb|ddb|db)$/i

/** The DuckDB database file that is the source, absolute; undefined for data files. Raises an `InferError` for both at once. */
export async function databaseAmong(sources: readonly string[]): Promise<string | undefined> {
  const database = sources.find((source) => databaseEnding.test(source))
  if (database === undefined) return undefined
  if (sources.length > 1) throw new InferError(`${database} is a database: name it alone, its tables are datasets.`)
  const found = await stat(database).catch(() => undefined)
  if (found?.isFile() !== true) throw new InferError(`There is no file ${database}.`)
  return resolve(database)
}
