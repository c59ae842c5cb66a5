import type { CompiledQuery, CompiledTogether } from '@almanac/query'
import type { DuckDBConnection } from '@duckdb/node-api'
import { rm } from 'node:fs/promises'
import type { AccountTarget, ExportedFile } from '../../datasets/query-engine.ts'
import { invariant } from '../../kernel/invariant.ts'
import { bindParameters } from './bind-parameters.ts'
import { interruptible } from './interruptible.ts'
import { sqlText } from './open-database.ts'
import { partsFolderOf } from './parts-folder.ts'
import { removePartialFile } from './partial-file.ts'
import { runExport } from './run-export.ts'

/**
 * Writes the results of several accounts while the data are read once:
 *
 *   scan of all of them → parted by account into Parquet files → looked at: one account in each? → a COPY for each target
 *
 * The account is what DuckDB parts the rows by; nothing filters them out of each other afterwards. Whose a part is is not
 * read from its path but from its rows, all of which have to say the same. Then a target's file is made of its account's
 * parts by the very statement that makes it of the data, so it has the same bytes. Rejects with DuckDB's error or that of a
 * part that is not in order; no file is left then.
 */
export async function runExportTogether(
  connection: DuckDBConnection,
  { query, targets }: { readonly query: CompiledTogether; readonly targets: readonly AccountTarget[] },
  stop: AbortSignal,
): Promise<readonly (ExportedFile | null)[]> {
  const [first] = targets
  invariant(first !== undefined, 'somebody wants a file')
  const folder = partsFolderOf(first.path)
  const files: (ExportedFile | null)[] = []
  try {
    const types = await writeParts(connection, query, folder, stop)
    const parts = await checkedParts(connection, query, folder, new Set(targets.map(({ accountId }) => accountId)))
    for (const target of targets) {
      const paths = parts.get(target.accountId)
      const result = paths && resultOf(query, paths, types)
      files.push(
        result === undefined ? null : await runExport(connection, { query: result, target }, stop, () => undefined),
      )
    }
    return files
  } catch (error) {
    for (const { path } of targets) await removePartialFile(path)
    throw error
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Types that a Parquet file would round. A sum that has more than 38 digits fails here, and is made alone. */
const storedAs: Readonly<Record<string, string>> = { HUGEINT: 'DECIMAL(38, 0)', UHUGEINT: 'DECIMAL(38, 0)' }

/** Gives the types of the columns that are passed on. */
function writeParts(
  connection: DuckDBConnection,
  { scan, ownerName, passedNames }: CompiledTogether,
  folder: string,
  stop: AbortSignal,
): Promise<readonly string[]> {
  return interruptible(connection, stop, async () => {
    const from = `FROM (\n${scan.sql}\n) AS s`
    // The types of a statement with parameters are known once these are bound; of no rows it costs nothing.
    const typed = await connection.prepare(`SELECT ${[ownerName, ...passedNames].join(', ')} ${from} LIMIT 0`)
    bindParameters(typed, scan.parameters)
    const types = (await typed.run()).columnTypes().slice(1).map(String)
    const columns = passedNames.map((name, index) => castTo(name, storedAs[types[index] ?? '']))
    const options = [
      'FORMAT parquet',
      `PARTITION_BY (${ownerName})`,
      'WRITE_PARTITION_COLUMNS true',
      // Read once, at once.
      'COMPRESSION lz4',
    ]
    const select = [ownerName, ...columns].join(', ')
    const statement = await connection.prepare(
      `COPY (SELECT ${select} ${from}) TO ${sqlText(folder)} (${options.join(', ')})`,
    )
    bindParameters(statement, scan.parameters)
    stop.throwIfAborted()
    await statement.run()
    return types
  })
}

/** The files of each account. Throws when a file has rows of two, or of somebody who asked for none. */
async function checkedParts(
  connection: DuckDBConnection,
  { ownerName }: CompiledTogether,
  folder: string,
  accountIds: ReadonlySet<string>,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const parts = new Map<string, string[]>()
  const files = (
    await connection.runAndReadAll(`SELECT file FROM glob(${sqlText(`${folder}/**/*.parquet`)}) ORDER BY file`)
  ).getRows()
  if (files.length === 0) return parts
  const looked = await connection.runAndReadAll(
    `SELECT filename, min(${ownerName}), max(${ownerName}), count(*) = count(${ownerName})
     FROM read_parquet(${pathsText(files.map(([file]) => String(file)))}, filename = true, hive_partitioning = false)
     GROUP BY filename ORDER BY filename`,
  )
  for (const [path, smallest, largest, areAllSomebodys] of looked.getRows()) {
    const accountId = String(smallest)
    if (smallest !== largest || areAllSomebodys !== true || !accountIds.has(accountId)) {
      throw new Error('A part has rows that are not of one of the accounts that asked: nothing is made of any')
    }
    parts.set(accountId, [...(parts.get(accountId) ?? []), String(path)])
  }
  return parts
}

/** The statement that makes an account's result of its parts. */
function resultOf(
  { partName, passedNames, result }: CompiledTogether,
  paths: readonly string[],
  types: readonly string[],
): CompiledQuery {
  const columns = passedNames.map((name, index) => {
    const type = types[index] ?? ''
    return castTo(name, storedAs[type] && type)
  })
  const rows = `SELECT ${columns.length === 0 ? '1' : columns.join(', ')} FROM read_parquet(${pathsText(paths)}, hive_partitioning = false)`
  return { ...result, sql: `WITH ${partName} AS (${rows})\n${result.sql}` }
}

function castTo(name: string, type: string | undefined): string {
  return type === undefined ? name : `CAST(${name} AS ${type}) AS ${name}`
}

/** Each file alone: in a path, `*`, `?` and `[` would be a pattern. */
function pathsText(paths: readonly string[]): string {
  return `[${paths.map((path) => sqlText(path.replaceAll(/[*?[]/g, '[$&]'))).join(', ')}]`
}
