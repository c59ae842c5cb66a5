import { defaultBooleanForms, duckdb } from '@almanac/query'
import type { Relation, Spelling } from '@almanac/query'
import type { DuckDBConnection } from '@duckdb/node-api'
import type { DataProfile, ProfileRequest } from '../../datasets/query-engine.ts'
import { invariant } from '../../kernel/invariant.ts'
import { interruptible } from './interruptible.ts'
import { sqlText } from './open-database.ts'

// Columns with more values than this (names, ids) are asked only whether all their texts are in one case.
const mostValues = 4_096
// The texts travel between processes, are kept in memory and stand in a file.
const mostBytes = 256 * 1024

/**
 * Counts the rows of a relation and finds out how the texts of its columns are spelt: column by column, the values if
 * they are few (DuckDB stops at the first row that makes them too many, and looks at dictionaries instead of rows), else
 * whether any row speaks against one case. Rejects with DuckDB's error.
 */
export function runProfile(
  connection: DuckDBConnection,
  { relation, stringColumns, accountColumn }: ProfileRequest,
  stop: AbortSignal,
): Promise<DataProfile> {
  return interruptible(connection, stop, async () => {
    const from = duckdb.relation(
      relation,
      stringColumns.map((name) => ({ name, type: 'string' })),
    )
    const ask = async (sql: string): Promise<readonly (readonly unknown[])[]> => {
      stop.throwIfAborted()
      return (await connection.runAndReadAll(sql)).getRows()
    }

    const [[rows] = []] = await ask(`SELECT count(*) FROM ${from}`)
    invariant(typeof rows === 'bigint', 'a count is a number')
    const spellings: [name: string, Spelling][] = []
    for (const name of stringColumns) {
      const spelling = await spellingOf(duckdb.columnValue(textField(name), duckdb.quoteName(name)), from, ask)
      if (spelling !== undefined) spellings.push([name, spelling])
    }
    const accountReadShare =
      accountColumn === undefined ? undefined : await accountReadShareOf(relation, accountColumn, ask)
    return { rows: Number(rows), spellings: Object.fromEntries(spellings), accountReadShare }
  })
}

// Enough to tell data that are sorted by account from such as are not.
const accountsLookedAt = 200

/**
 * The part of all rows that lie in row groups in which an account's rows may be, on average over some accounts: those that
 * a row group begins with. It stands in the footers of Parquet files; of others nothing is known.
 */
async function accountReadShareOf(relation: Relation, accountColumn: string, ask: Ask): Promise<number | undefined> {
  if (relation.kind !== 'files' || relation.format !== 'parquet') return undefined
  // All statistics are told as texts; of whole numbers they are compared as such.
  const bound = (text: string): string =>
    `{number: TRY_CAST(CASE WHEN type IN ('INT32', 'INT64') THEN ${text} END AS HUGEINT), text: ${text}}`
  const groups = `SELECT ${bound('stats_min_value')} AS smallest, ${bound('stats_max_value')} AS largest, row_group_num_rows AS size
    FROM parquet_metadata([${relation.paths.map((path) => sqlText(path)).join(', ')}])
    WHERE lower(path_in_schema) = lower(${sqlText(accountColumn)})`
  const [[share] = []] = await ask(`WITH g AS (${groups}),
    a AS (SELECT DISTINCT smallest AS id FROM g WHERE smallest.text IS NOT NULL ORDER BY hash(id) LIMIT ${accountsLookedAt}),
    s AS (SELECT id, sum(size) FILTER (id BETWEEN smallest AND largest OR smallest.text IS NULL) / sum(size) AS part
          FROM a CROSS JOIN g GROUP BY id)
    SELECT avg(part) FROM s`)
  return typeof share === 'number' ? share : undefined
}

/** As a query sees the column: what is compared is what is looked at. */
function textField(name: string) {
  return { kind: 'column', name, type: 'string', booleanForms: defaultBooleanForms } as const
}

type Ask = (sql: string) => Promise<readonly (readonly unknown[])[]>

async function spellingOf(text: string, from: string, ask: Ask): Promise<Spelling | undefined> {
  const distinct = `SELECT DISTINCT ${text} AS v FROM ${from} WHERE ${text} IS NOT NULL LIMIT ${mostValues + 1}`
  const seen = await ask(`SELECT v, ${isLower('v')}, ${isUpper('v')}, strlen(v) FROM (${distinct}) ORDER BY v`)
  const isComplete = seen.length <= mostValues
  const allAre = async (column: 1 | 2, isInCase: string): Promise<boolean> =>
    seen.every((row) => row[column] === true) &&
    (isComplete || (await ask(`SELECT 1 FROM ${from} WHERE NOT ${isInCase} LIMIT 1`)).length === 0)

  if (await allAre(1, isLower(text))) return { kind: 'lower' }
  if (await allAre(2, isUpper(text))) return { kind: 'upper' }
  const sizeBytes = seen.reduce((sum, [, , , bytes]) => sum + Number(bytes), 0)
  if (!isComplete || sizeBytes > mostBytes) return undefined
  return { kind: 'values', values: seen.map(([value]) => String(value)) }
}

// Only of ASCII: which other letters have a lower case, and which share one, differs from one Unicode to the next, and a
// profile is kept longer than an engine.
function isLower(text: string): string {
  return `(${text} = lower(${text}) AND ${isAscii(text)})`
}

function isUpper(text: string): string {
  return `(${text} = upper(${text}) AND ${isAscii(text)})`
}

function isAscii(text: string): string {
  return `strlen(${text}) = length(${text})`
}
