import type { DataSource } from './data-version.ts'

/**
 * A `DataSource` of the tables of Trino, and of `otherwise` for whatever isn't one. Which rows a table has at a moment is
 * known to Trino alone: there is no version to name, and none to be held against the next.
 */
export function createTrinoTables(otherwise: DataSource): DataSource {
  return {
    async versionOf(dataset) {
      const { source } = dataset
      if (source.kind !== 'trino') return otherwise.versionOf(dataset)
      const { catalog, schema, table } = source
      return { id: null, relation: { kind: 'trino', catalog, schema, table }, createdAt: null, rows: null }
    },
  }
}
