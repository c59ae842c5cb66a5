import type { LoadRequest, StagedPart } from '../../../datasets/versions/load-engine.ts'
import { invariant } from '../../../kernel/invariant.ts'
import { sqlText } from '../open-database.ts'
import type { LoadContext } from './source-table.ts'
import { sqlName } from './sql-name.ts'

/**
 * Reads a part back before anyone relies on it: it has all rows, and each has an account. Returns how many accounts have
 * rows in it or in the parts beside it; null without an account column. Throws when something was lost on the way.
 */
export async function verifyPart(
  { run }: LoadContext,
  { accountColumn }: LoadRequest,
  part: StagedPart,
  expectedRows: number,
  besidePaths: readonly string[],
): Promise<number | null> {
  invariant(part.rows === expectedRows, `the part has ${part.rows} rows where ${expectedRows} were read`)
  if (accountColumn === null) return null
  const account = sqlName(accountColumn)
  const [[without] = []] = await run(`SELECT count(*) - count(${account}) FROM read_parquet(${sqlText(part.path)})`)
  invariant(Number(without) === 0, 'every row of a part has an account')
  const paths = [...besidePaths, part.path].map(sqlText).join(', ')
  const [[accounts] = []] = await run(`SELECT count(DISTINCT ${account}) FROM read_parquet([${paths}])`)
  return Number(accounts)
}
