import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { DuckDBConnection } from '@duckdb/node-api'
import type { DatasetSample } from '../datasets/dataset-sample.ts'
import type { CatalogDataset } from '../datasets/dataset.ts'
import { invariant } from '../kernel/invariant.ts'
import { columnExpression } from './column-expression.ts'
import { sqlName, sqlText } from './sql-text.ts'

/** One written file, as `sample.json` lists it. */
export interface SampleFile {
  readonly program: string
  readonly dataset: string
  /** Relative to the folder of the sample, with `/`. */
  readonly file: string
  readonly rows: number
  readonly sizeBytes: number
  /** Lower-case hex. */
  readonly sha256: string
}

/** Writes the sample rows of one dataset to the file that its source pattern finds; whole or not at all. */
export async function writeSampleFile(
  connection: DuckDBConnection,
  dataset: CatalogDataset,
  sample: DatasetSample,
  outFolder: string,
): Promise<SampleFile> {
  const file = sampleFileName(dataset)
  const path = join(outFolder, file)
  const partial = `${path}.partial`
  await mkdir(dirname(path), { recursive: true })
  try {
    const copied = await connection.runAndReadAll(
      `COPY (${selectOf(dataset, sample)}) TO ${sqlText(partial)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)`,
    )
    const rows = Number(copied.getRows()[0]?.[0] ?? 0)
    const { size: sizeBytes } = await stat(partial)
    const sha256 = await sha256Of(partial)
    await rename(partial, path)
    return { program: dataset.program, dataset: dataset.name, file, rows, sizeBytes, sha256 }
  } finally {
    await rm(partial, { force: true })
  }
}

function selectOf({ name, columns }: CatalogDataset, sample: DatasetSample): string {
  const expressions = columns.map((column) => {
    const columnSample = sample.columns[column.name]
    invariant(columnSample, `${name}.${column.name} has a sample: the catalog was checked`)
    return columnExpression(column, columnSample)
  })
  return `SELECT ${expressions.join(', ')} FROM ${sqlName(sample.rows)}`
}

/** `ISVOrder/*.parquet` → `ISVOrder/sample.parquet`. Throws for a pattern that this can't be done with. */
function sampleFileName({ name, source }: CatalogDataset): string {
  if (source.kind !== 'files') throw new Error(`Sample data is written to files, and ${name} has none in its source`)
  const file = source.pattern.replace(/^((?:[^*?{}[\]]+\/)*)\*(\.parquet)$/, '$1sample$2')
  if (source.format === 'parquet' && (file !== source.pattern || !/[*?{}[\]]/.test(file))) return file
  throw new Error(
    `Sample data is Parquet, in a file whose name alone is a pattern (folder/*.parquet); ` +
      `the source of ${name} is ${source.format}, ${source.pattern}`,
  )
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path, { highWaterMark: 1024 * 1024 }), hash)
  return hash.digest('hex')
}
