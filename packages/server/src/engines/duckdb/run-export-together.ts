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
 * read from its path but from its rows, all of which have to say the same, and none may be missing. Then a target's file is
 * made of its account's parts by the very statement that makes it of the data, so it has the same bytes. A part is gone as
 * soon as nobody needs it: the disk has to hold either it or the files made of it. Rejects with DuckDB's error or that of
 * parts that are not in order; no file is left then.
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
    const written = await writeParts(connection, query, folder, stop)
    const accountIds = [...new Set(targets.map(({ accountId }) => accountId))]
    const parts = await checkedParts(connection, { query, folder, written, accountIds }, stop)
    const lastOf = new Map(targets.map(({ accountId }, index) => [accountId, index]))
    for (const [index, target] of targets.entries()) {
      const paths = parts.get(target.accountId)
      if (paths === undefined) {
        files.push(null)
        continue
      }
      const result = resultOf(query, paths, written.types)
      files.push(await runExport(connection, { query: result, target }, stop, () => undefined))
      if (lastOf.get(target.accountId) === index) await Promise.all(paths.map((path) => rm(path)))
    }
    return files
  } catch (error) {
    for (const { path } of targets) await removePartialFile(path)
    throw error
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/**
 * The column whose values name the folders of the parts: short, and free of all that an account's id may have that a path
 * can't (300 letters, `me` and `ME` where case doesn't count). Two accounts of one hash would be found out, as any other
 * rows are that lie in the wrong part.
 */
const folderName = 'folder'

/** Types that a Parquet file would round. A sum that has more than 38 digits fails here, and is made alone. */
const storedAs: Readonly<Record<string, string>> = { HUGEINT: 'DECIMAL(38, 0)', UHUGEINT: 'DECIMAL(38, 0)' }

interface WrittenParts {
  readonly rows: number
  /** Of the columns that are passed on, before they were stored. */
  readonly types: readonly string[]
}

function writeParts(
  connection: DuckDBConnection,
  { scan, ownerName, passedNames }: CompiledTogether,
  folder: string,
  stop: AbortSignal,
): Promise<WrittenParts> {
  return interruptible(connection, stop, async () => {
    const from = `FROM (\n${scan.sql}\n) AS s`
    // The types of a statement with parameters are known once these are bound; of no rows it costs nothing.
    const typed = await connection.prepare(`SELECT ${[ownerName, ...passedNames].join(', ')} ${from} LIMIT 0`)
    bindParameters(typed, scan.parameters)
    const types = (await typed.run()).columnTypes().slice(1).map(String)
    const columns = passedNames.map((name, index) => castTo(name, storedAs[types[index] ?? '']))
    const options = [
      'FORMAT parquet',
      `PARTITION_BY (${folderName})`,
      // Read once, at once.
      'COMPRESSION lz4',
      // Each account's rows wait in memory until a row group is full: with DuckDB's own of 122,880 rows the process of a
      // scan of 25 columns took 712 MB, so 454.
      'ROW_GROUP_SIZE 4096',
    ]
    const select = [`hash(${ownerName}) AS ${folderName}`, ownerName, ...columns].join(', ')
    const statement = await connection.prepare(
      `COPY (SELECT ${select} ${from}) TO ${sqlText(folder)} (${options.join(', ')})`,
    )
    bindParameters(statement, scan.parameters)
    stop.throwIfAborted()
    return { rows: (await statement.run()).rowsChanged, types }
  })
}

interface PartsToCheck {
  readonly query: CompiledTogether
  readonly folder: string
  readonly written: WrittenParts
  /** Each stands once. */
  readonly accountIds: readonly string[]
}

/**
 * The files of each account. Throws when a file has rows of two, or of somebody who asked for none, when rows are missing,
 * and when a column came back with another type.
 */
function checkedParts(
  connection: DuckDBConnection,
  { query, folder, written, accountIds }: PartsToCheck,
  stop: AbortSignal,
): Promise<ReadonlyMap<string, readonly string[]>> {
  return interruptible(connection, stop, async () => {
    const parts = new Map<string, string[]>()
    if (written.rows === 0) return parts
    const { ownerName, passedNames } = query
    const files = `read_parquet(${pathText(folder, '/**/*.parquet')}, filename = true, hive_partitioning = false)`
    const stored = passedNames.map((name, index) => castBack(name, written.types[index] ?? ''))
    if (stored.length > 0) {
      const types = (await connection.run(`SELECT ${stored.join(', ')} FROM ${files} LIMIT 0`))
        .columnTypes()
        .map(String)
      if (types.join() !== written.types.join())
        throw new Error(`Parts have ${types.join()}, not ${written.types.join()}`)
    }

    // Compared by the engine, with the ids that the scan was bound to: a text that comes out of it has lost a U+FEFF at its
    // start, and would be another account's.
    const places = accountIds.map((_, index) => `$${index + 1}`).join(', ')
    const looked = await connection.prepare(
      `SELECT filename, count(*), CASE WHEN min(${ownerName}) = max(${ownerName}) AND count(*) = count(${ownerName})
         THEN list_position([${places}], min(${ownerName})) END
       FROM ${files} GROUP BY filename ORDER BY filename`,
    )
    bindParameters(
      looked,
      accountIds.map((value) => ({ type: 'string', value })),
    )
    stop.throwIfAborted()
    let rows = 0
    for (const [path, count, place] of (await looked.runAndReadAll()).getRows()) {
      const accountId = accountIds[Number(place) - 1]
      if (accountId === undefined) {
        throw new Error('A part has rows that are not of one of the accounts that asked: nothing is made of any')
      }
      parts.set(accountId, [...(parts.get(accountId) ?? []), String(path)])
      rows += Number(count)
    }
    if (rows !== written.rows) throw new Error(`Parts have ${rows} rows, not the ${written.rows} that were written`)
    return parts
  })
}

/** The statement that makes an account's result of its parts. */
function resultOf(
  { partName, passedNames, result }: CompiledTogether,
  paths: readonly string[],
  types: readonly string[],
): CompiledQuery {
  const columns = passedNames.map((name, index) => castBack(name, types[index] ?? ''))
  const files = `[${paths.map((path) => pathText(path)).join(', ')}]`
  const rows = `SELECT ${columns.length === 0 ? '1' : columns.join(', ')} FROM read_parquet(${files}, hive_partitioning = false)`
  return { ...result, sql: `WITH ${partName} AS (${rows})\n${result.sql}` }
}

function castTo(name: string, type: string | undefined): string {
  return type === undefined ? name : `CAST(${name} AS ${type}) AS ${name}`
}

/** A column of a part as it was before it was stored. */
function castBack(name: string, type: string): string {
  return castTo(name, storedAs[type] && type)
}

/** A path that finds itself alone, where `*`, `?` and `[` would be a pattern; `pattern` goes on from it. */
function pathText(path: string, pattern = ''): string {
  return sqlText(`${path.replaceAll(/[*?[]/g, '[$&]')}${pattern}`)
}
