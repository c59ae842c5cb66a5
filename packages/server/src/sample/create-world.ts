import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { DuckDBConnection } from '@duckdb/node-api'
import type { SampleAccount } from './sample-accounts.ts'
import { sqlList, sqlText } from './sql-text.ts'

export interface WorldInput {
  readonly accounts: readonly SampleAccount[]
  readonly usageRows: number
  readonly seed: number
  /** Epoch ms; nothing in the world is later. */
  readonly referenceAt: number
}

// The marketplace, then the partner program, whose partners and customers are the same accounts and companies.
const files = ['world.sql', 'rows.sql', 'world-mpn.sql', 'rows-mpn.sql']

/** Fills an empty database with the sample world (`world*.sql`) and the rows of each file (`rows*.sql`). */
export async function createWorld(connection: DuckDBConnection, input: WorldInput): Promise<void> {
  const { accounts, usageRows, seed, referenceAt } = input
  const variables = {
    words: sqlText(fileURLToPath(new URL('words.json', import.meta.url))),
    account_ids: sqlList(accounts.map(({ id }) => id)),
    account_names: sqlList(accounts.map(({ name }) => name)),
    seed: `${seed}::BIGINT`,
    usage_rows: `${usageRows}::BIGINT`,
    reference_at: `epoch_ms(${referenceAt}::BIGINT)`,
  }
  for (const [name, value] of Object.entries(variables)) await connection.run(`SET VARIABLE ${name} = ${value}`)
  // Joins stay as they are written: rows from the left in their order, look-ups on the right. So a file has the order
  // of its narrow table without a sort of its wide rows, on every run.
  await connection.run(`SET disabled_optimizers = 'join_order,build_side_probe_side'`)
  for (const file of files) await runStatements(connection, file)
}

async function runStatements(connection: DuckDBConnection, file: string): Promise<void> {
  const statements = await connection.extractStatements(await readFile(new URL(file, import.meta.url), 'utf8'))
  for (let index = 0; index < statements.count; index += 1) {
    const statement = await statements.prepare(index)
    await statement.run()
    statement.destroySync()
  }
}
