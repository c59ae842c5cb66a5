import { basename } from 'node:path'
import { nearestName } from '@almanac/query'
import type { Relation } from '@almanac/query'
import type { CatalogDataset } from '../datasets/dataset.ts'
import type { Reader } from '../infer/open-reader.ts'
import { physicalColumns, type PhysicalColumn } from '../infer/physical-columns.ts'
import { sqlText } from '../infer/sql-text.ts'
import { trinoColumns } from '../infer/trino-columns.ts'
import type { FileFindings } from './findings.ts'

/** Complains about each declared column that a file, or the table, hasn't got; gives how many there are. */
export async function missingColumns(
  reader: Reader,
  dataset: CatalogDataset,
  relation: Relation,
  { complain }: FileFindings,
): Promise<number> {
  const reported = new Set<string>()
  for (const part of await partsOf(reader, relation)) {
    if (part.failure !== undefined) {
      complain(['source'], `${part.name} can't be read: ${part.failure}`)
      return 1
    }
    const names = part.columns.map(({ name }) => name)
    dataset.columns.forEach(({ name }, index) => {
      if (reported.has(name) || names.some((known) => isSame(relation, known, name))) return
      reported.add(name)
      complain(['columns', index, 'name'], `${part.name} has no column ${name}${hint(relation, name, names)}`)
    })
  }
  return reported.size
}

interface Part {
  readonly name: string
  readonly columns: readonly PhysicalColumn[]
  readonly failure?: string
}

/** Each file by itself: one that lacks a column is found by its name, not by a query that fails on some day. */
async function partsOf(reader: Reader, relation: Relation): Promise<readonly Part[]> {
  if (relation.kind === 'trino') {
    const { catalog, schema, table } = relation
    return [await partOf(`${catalog}.${schema}.${table}`, () => trinoColumns(reader, relation))]
  }
  if (relation.kind === 'duckdb') {
    const { database, schema, table } = relation
    const from = `read_duckdb(${sqlText(database)}, schema_name = ${sqlText(schema)}, table_name = ${sqlText(table)})`
    return [await partOf(`${basename(database)}, table ${table},`, () => describe(reader, from))]
  }
  const { format, paths, partitionColumns = [], delimiter } = relation
  const inPaths = partitionColumns.map((name) => ({ name, type: 'VARCHAR' }))
  const parts: Part[] = []
  for (const path of paths) {
    const part = await partOf(basename(path), () => physicalColumns(reader, format, path, delimiter))
    parts.push({ ...part, columns: [...part.columns, ...inPaths] })
  }
  return parts
}

async function partOf(name: string, columns: () => Promise<readonly PhysicalColumn[]>): Promise<Part> {
  try {
    return { name, columns: await columns() }
  } catch (error) {
    const [words = ''] = String(error instanceof Error ? error.message : error).split('\n')
    const failure = words.includes('does not have any tables matching')
      ? 'the database has no such table; a view can not be read, make a table of it'
      : words
    return { name, columns: [], failure }
  }
}

async function describe(reader: Reader, from: string): Promise<readonly PhysicalColumn[]> {
  const rows = await reader.rows(`DESCRIBE SELECT * FROM ${from}`)
  return rows.map((row) => ({ name: String(row['column_name']), type: String(row['column_type']) }))
}

/** DuckDB finds columns in any case, except the keys of JSON: there another case reads as NULL without a word. */
function isSame(relation: Relation, known: string, name: string): boolean {
  const isJson = relation.kind === 'files' && relation.format === 'json'
  return isJson ? known === name : known.toLowerCase() === name.toLowerCase()
}

function hint(relation: Relation, name: string, known: readonly string[]): string {
  const otherCase = known.find((candidate) => candidate.toLowerCase() === name.toLowerCase())
  if (otherCase !== undefined && !isSame(relation, otherCase, name)) {
    return `; it has ${otherCase}, and in JSON the case of a key counts`
  }
  const nearest = nearestName(name, known)
  if (nearest !== undefined) return `; did you mean ${nearest}?`
  const shown = known.slice(0, 12).join(', ')
  return `; it has ${shown === '' ? 'none' : shown}${known.length > 12 ? ', …' : ''}`
}
