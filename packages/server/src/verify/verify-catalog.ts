import { AppError } from '../kernel/app-error.ts'
import { invariant } from '../kernel/invariant.ts'
import type { Catalog } from '../datasets/catalog.ts'
import type { DataSource } from '../datasets/data-version.ts'
import type { CatalogDataset } from '../datasets/dataset.ts'
import { findCatalogFiles } from '../datasets/loading/find-catalog-files.ts'
import { readYamlFile } from '../datasets/loading/read-yaml-file.ts'
import type { CatalogMistake } from '../datasets/loading/catalog-error.ts'
import type { QueryEngine } from '../datasets/query-engine.ts'
import type { Reader } from '../infer/open-reader.ts'
import type { FileFindings, Findings } from './findings.ts'
import { missingColumns } from './missing-columns.ts'
import { runDataset } from './run-dataset.ts'
import { runSystemQueries } from './run-system-queries.ts'
import { scanValues } from './scan-values.ts'

export interface VerifyDeps {
  readonly data: DataSource
  readonly engine: QueryEngine
  /** Looks at files beside the engine, where it is about more than a query can say. */
  readonly reader: Reader
  /** The same for tables of Trino; null where no dataset is one. */
  readonly trinoReader: Reader | null
  /** Epoch milliseconds: the reference time of the queries that are run. */
  readonly now: number
  /** For each query that is run in the engine. */
  readonly timeLimitMs: number
  readonly signal: AbortSignal
}

/**
 * Holds a catalog against its data, dataset by dataset: are the files there → do they have the columns → can each value
 * be read as declared → do queries of all columns and metrics run in the engine. Reads all data once. What it finds
 * stands at the line of the catalog that it is about.
 */
export async function verifyCatalog(deps: VerifyDeps, folder: string, catalog: Catalog): Promise<Findings> {
  const mistakes: CatalogMistake[] = []
  const notes: CatalogMistake[] = []
  const sound = new Set<CatalogDataset>()
  const files = await findCatalogFiles(folder, mistakes)

  for (const file of files.filter(({ kind }) => kind === 'dataset')) {
    const dataset = catalog.findDataset(file.program, file.name)
    const complaining = await readYamlFile(file, mistakes)
    const noting = await readYamlFile(file, notes)
    if (dataset === undefined || complaining === undefined || noting === undefined) continue
    const before = mistakes.length
    await verifyDataset(deps, dataset, { complain: complaining.complain, note: noting.complain })
    if (mistakes.length === before) sound.add(dataset)
  }
  for (const file of files.filter(({ kind }) => kind === 'systemQueries')) {
    const yaml = await readYamlFile(file, mistakes)
    if (yaml !== undefined) await runSystemQueries(deps, catalog, sound, yaml)
  }
  return { mistakes, notes }
}

async function verifyDataset(deps: VerifyDeps, dataset: CatalogDataset, findings: FileFindings): Promise<void> {
  const version = await deps.data.versionOf(dataset).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'no_data_yet') {
      findings.note(['source'], `nothing has been loaded into ${dataset.name} yet`)
      return undefined
    }
    findings.complain(['source', 'pattern'], reasonOf(error))
    return undefined
  })
  if (version === undefined) return
  const { relation } = version
  const reader = relation.kind === 'trino' ? deps.trinoReader : deps.reader
  invariant(reader !== null, 'a Trino is named where a dataset is a table of one')
  const missing = await missingColumns(reader, dataset, relation, findings)
  // A column that isn't there fails every statement: nothing more would be learnt.
  if (missing > 0) return
  const scanned = await scanValues(reader, dataset, relation, findings)
  if (scanned !== undefined) await runDataset(deps, dataset, relation, scanned.someAccount, findings)
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
