import { readFile } from 'node:fs/promises'

/** A JSON Schema of the catalog's files, as it ships. */
export interface CatalogSchema {
  /** What it is called beside a catalog. */
  readonly fileName: string
  readonly text: string
}

export interface CatalogSchemas {
  readonly dataset: CatalogSchema
  readonly systemQueries: CatalogSchema
}

// The very files that editors are given, so that what an editor marks is what a start refuses.
const folder = new URL('../../catalog/', import.meta.url)

/** The published JSON Schemas, which also hold for a catalog that is kept elsewhere. */
export async function catalogSchemas(): Promise<CatalogSchemas> {
  const [dataset, systemQueries] = await Promise.all([
    readSchema('dataset.schema.json'),
    readSchema('system-queries.schema.json'),
  ])
  return { dataset, systemQueries }
}

async function readSchema(fileName: string): Promise<CatalogSchema> {
  return { fileName, text: await readFile(new URL(fileName, folder), 'utf8') }
}
