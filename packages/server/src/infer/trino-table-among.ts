import { stat } from 'node:fs/promises'
import { dataFormatOf } from './data-format.ts'
import { InferError } from './infer-error.ts'

export interface TrinoTable {
  readonly catalog: string
  readonly schema: string
  readonly table: string
}

const name = String.raw`("(?:[^"]|"")+"|[^".\s/\\*?[\]{}]+)`
const threeNames = new RegExp(String.raw`^${name}\.${name}\.${name}$`)

/**
 * The table of Trino that the source is, `lake.marts.sales`, a name in double quotes where it has a dot; undefined for
 * files, and for what could be one. Raises an `InferError` for a table and something else at once.
 */
export async function trinoTableAmong(sources: readonly string[]): Promise<TrinoTable | undefined> {
  const found = await Promise.all(sources.map(trinoTable))
  const table = found.find((each) => each !== undefined)
  if (table !== undefined && sources.length > 1)
    throw new InferError(`${sources[found.indexOf(table)]} is a table of Trino: name it alone.`)
  return table
}

async function trinoTable(source: string): Promise<TrinoTable | undefined> {
  const parts = threeNames.exec(source)
  if (parts === null || dataFormatOf(source) !== undefined) return undefined
  if ((await stat(source).catch(() => undefined)) !== undefined) return undefined
  const [catalog = '', schema = '', table = ''] = parts
    .slice(1)
    .map((part) => (part.startsWith('"') ? part.slice(1, -1).replaceAll('""', '"') : part))
  return { catalog, schema, table }
}
