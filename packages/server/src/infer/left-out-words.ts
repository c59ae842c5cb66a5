import type { DraftSource, LeftOut } from './draft.ts'
import { sqlName, sqlText } from './sql-text.ts'

/** Lines that say which columns aren't declared and why, and the statement that makes data in which they can be. */
export function leftOutWords(leftOut: readonly LeftOut[], source: DraftSource): readonly string[] {
  const renamed = leftOut.filter(({ betterName }) => betterName !== null)
  const data = 'pattern' in source ? 'files' : 'table'
  return [
    `Left out, because a dataset calls its columns as the ${data} ${data === 'table' ? 'does' : 'do'}:`,
    ...leftOut.map(({ name, reason, betterName }) => {
      const better = betterName === null ? '' : `; call it ${betterName} in the ${data}`
      return `- '${name}': ${reason}${better}`
    }),
    ...(renamed.length === 0 ? [] : statements(renamed, source)),
  ]
}

function statements(renamed: readonly LeftOut[], source: DraftSource): readonly string[] {
  if (source.format === 'trino') {
    const [table, view] = [source.table, `${source.table}_named`].map((name) =>
      [source.catalog, source.schema, name].map(sqlName).join('.'),
    )
    return [
      'A view of Trino gives them names that can be used:',
      `  CREATE VIEW ${view} AS SELECT *,`,
      ...list(renamed),
      `  FROM ${table}`,
    ]
  }
  if (source.format !== 'duckdb')
    return ['DuckDB writes a file with names that can be used:', ...renaming(renamed, source.pattern)]
  const table = `${sqlName(source.schema)}.${sqlName(source.table)}`
  return [
    'DuckDB gives them names that can be used:',
    ...renamed.map(
      ({ name, betterName }) => `  ALTER TABLE ${table} RENAME COLUMN ${sqlName(name)} TO ${betterName ?? ''};`,
    ),
  ]
}

function renaming(columns: readonly LeftOut[], pattern: string): readonly string[] {
  const renamed = `${pattern.replace(/(\/\*+)*(\/?\*?\.[^/]*)$/, '')}-renamed.parquet`
  return [
    '  COPY (SELECT * RENAME (',
    ...list(columns),
    `  ) FROM ${sqlText(pattern)}) TO ${sqlText(renamed)} (FORMAT parquet)`,
  ]
}

function list(columns: readonly LeftOut[]): readonly string[] {
  const names = columns.map(({ name, betterName }) => `    ${sqlName(name)} AS ${betterName ?? ''}`)
  return names.map((name, index) => `${name}${index < names.length - 1 ? ',' : ''}`)
}
