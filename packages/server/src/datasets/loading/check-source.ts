import { leavesFolder } from '../data-folder.ts'
import type { DatasetFile, DeclaredDataset, DeclaredSource } from './declared.ts'

type Format = DeclaredSource['format']
type SourceKey = Exclude<keyof DeclaredSource, 'format'>

const keysOf: Record<Format, { readonly needs: readonly SourceKey[]; readonly takes: readonly SourceKey[] }> = {
  parquet: { needs: ['pattern'], takes: [] },
  csv: { needs: ['pattern'], takes: ['delimiter'] },
  json: { needs: ['pattern'], takes: [] },
  duckdb: { needs: ['database', 'table'], takes: ['schema'] },
  trino: { needs: ['catalog', 'schema', 'table'], takes: [] },
  loaded: { needs: [], takes: [] },
}

/** Whether a source has the keys of its format, with paths that can be below the datasets folder. */
export function checkSource(yaml: DatasetFile): void {
  checkKeys(yaml)
  checkPaths(yaml)
  checkEnding(yaml)
}

function checkKeys({ data, complain }: DatasetFile): void {
  const { format, ...given } = data.source
  const { needs, takes } = keysOf[format]
  for (const key of needs) {
    if (given[key] === undefined)
      complain(['source'], `${format} needs a ${key}: add one, like ${exampleOf(key, data)}`)
  }
  for (const key of Object.keys(given) as SourceKey[]) {
    if (needs.includes(key) || takes.includes(key)) continue
    const others = (Object.keys(keysOf) as Format[]).filter((other) =>
      [...keysOf[other].needs, ...keysOf[other].takes].includes(key),
    )
    complain(['source', key], `${key} goes with the format ${others.join(', ')}, not with ${format}: remove it`)
  }
}

function exampleOf(key: SourceKey, { name, source }: DeclaredDataset): string {
  if (key === 'pattern') return `${name}/*.${source.format}`
  return key === 'database' ? `${name}.duckdb` : (examples[key] ?? name)
}

const examples: Partial<Record<SourceKey, string>> = { catalog: 'hive', schema: 'insights' }

function checkPaths({ data, complain }: DatasetFile): void {
  for (const key of ['pattern', 'database'] as const) {
    const path = data.source[key] ?? ''
    if (leavesFolder(path)) {
      complain(['source', key], `the ${key} leaves the datasets folder: write it from there, without .. or a root`)
    } else if (path.includes('\\')) {
      complain(['source', key], `the ${key} has a backslash: write / between folders, on Windows too`)
    } else if (path.endsWith('/')) {
      complain(['source', key], `the ${key} names a folder: say which files in it, like ${path}*`)
    }
  }
  if (/[*?[\]{}]/.test(data.source.database ?? '')) {
    complain(['source', 'database'], 'a table is in one database: write its path without * ? [ ] { }')
  }
}

const endings: Readonly<Record<string, Format>> = {
  parquet: 'parquet',
  csv: 'csv',
  tsv: 'csv',
  json: 'json',
  jsonl: 'json',
  ndjson: 'json',
  duckdb: 'duckdb',
}

/** A pattern that ends like files of another format, as one does that was copied. */
function checkEnding({ data, complain }: DatasetFile): void {
  const { format, pattern = '' } = data.source
  const ending = /\.([a-z]+)(\.(gz|zst))?$/i.exec(pattern)?.[1]?.toLowerCase() ?? ''
  const usual = endings[ending]
  if (format === 'loaded' || format === 'duckdb' || format === 'trino' || usual === undefined || usual === format)
    return
  complain(['source', 'format'], `the pattern finds .${ending} files, and the format is ${format}: correct one of them`)
}
