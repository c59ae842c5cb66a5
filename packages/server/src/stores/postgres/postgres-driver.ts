import { setTimeout } from 'node:timers/promises'
import type { CompiledQuery, DatabaseConnection, Driver, QueryResult } from 'kysely'
import type { Pool, PoolClient } from 'pg'
import { DatabaseAway } from '../../kernel/database-away.ts'
import { isStalePlan, statementError, troubleOf, wordsOf } from './postgres-error.ts'
import { createStatementNames } from './statement-names.ts'
import type { StatementNames } from './statement-names.ts'

/** How long a statement waits for a database that restarts or fails over, before its caller is told. */
const patienceMs = 3_000
const firstPauseMs = 50
const longestPauseMs = 500

/** How often a read is asked again whose connection broke, each time over another one: a restart breaks all of a pool. */
const mostTries = 20

/**
 * Runs Kysely's statements on the connections of a pool; takes the pool over and ends it at last.
 *
 * A connection that breaks costs nobody anything where that can be: a read is asked again over another one; what was
 * written in a transaction that was not committed is gone for certain, so its caller may begin it again
 * (`inTransaction` does). Where the answer to a COMMIT or to a write of its own is lost, it may have been done: that
 * `DatabaseAway` says so.
 */
export function createPostgresDriver(pool: Pool): Driver {
  // A connection that ends while nobody uses it is replaced when it is needed. Without a listener its end would be ours.
  pool.on('error', () => {})
  pool.on('connect', (client) => void client.on('error', () => {}))
  const names = createStatementNames()

  return {
    async init() {},

    async acquireConnection() {
      return createConnection(pool, await connect(pool), names)
    },

    async releaseConnection(connection) {
      own(connection).release()
    },

    async beginTransaction(connection, { accessMode, isolationLevel }) {
      const level = isolationLevel === undefined ? '' : ` isolation level ${isolationLevel}`
      await own(connection).begin(`begin${level}${accessMode === 'read only' ? ' read only' : ''}`)
    },

    commitTransaction: (connection) => own(connection).commit(),
    rollbackTransaction: (connection) => own(connection).rollback(),

    async destroy() {
      await pool.end()
    },
  }
}

interface PostgresConnection extends DatabaseConnection {
  begin(statement: string): Promise<void>
  commit(): Promise<void>
  rollback(): Promise<void>
  release(): void
}

function own(connection: DatabaseConnection): PostgresConnection {
  return connection as PostgresConnection
}

function createConnection(pool: Pool, first: PoolClient, names: StatementNames): PostgresConnection {
  let client = first
  let isBroken = false
  let inTransaction = false

  /** Lets the broken one go, and goes on with another. */
  async function replace(): Promise<void> {
    client.release(true)
    // Held by nobody until there is another.
    isReleased = true
    client = await connect(pool)
    isReleased = false
    isBroken = false
  }
  let isReleased = false

  return {
    async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
      const { sql, parameters } = query
      for (let tried = 1; ; tried += 1) {
        const name = names.nameOf(sql)
        try {
          const statement = { text: sql, values: parameters as unknown[], ...(name !== undefined && { name }) }
          return resultOf<Row>(await client.query(statement))
        } catch (error) {
          if (name !== undefined && isStalePlan(error) && tried < mostTries) {
            // A newer process has changed the schema. Nothing was done, so it is asked again, planned anew.
            names.renew()
            if (!inTransaction) continue
            throw new DatabaseAway(wordsOf(error), { nothingDone: true, isLasting: false, cause: error })
          }
          const trouble = troubleOf(error)
          if (trouble !== 'lost') {
            if (trouble === 'conflict' && !inTransaction && tried < mostTries) continue
            throw statementError(error, sql)
          }
          isBroken = true
          const isRead = query.query.kind === 'SelectQueryNode'
          if (inTransaction || !isRead || tried >= mostTries) {
            throw new DatabaseAway(wordsOf(error), { nothingDone: inTransaction, isLasting: false, cause: error })
          }
          await replace()
        }
      }
    },

    streamQuery() {
      throw new Error('Rows are not streamed: what the stores read fits into memory.')
    },

    async begin(statement) {
      for (let tried = 1; ; tried += 1) {
        try {
          await client.query(statement)
          inTransaction = true
          return
        } catch (error) {
          if (troubleOf(error) !== 'lost' || tried >= mostTries) throw statementError(error, statement)
          isBroken = true
          await replace()
        }
      }
    },

    async commit() {
      try {
        await client.query('commit')
      } catch (error) {
        if (troubleOf(error) !== 'lost') throw statementError(error, 'commit')
        isBroken = true
        throw new DatabaseAway(`no answer to a commit came; ${wordsOf(error)}`, {
          nothingDone: false,
          isLasting: false,
          cause: error,
        })
      } finally {
        inTransaction = false
      }
    },

    async rollback() {
      inTransaction = false
      // A connection that is gone has taken its transaction along, and one that failed to commit has none any more.
      if (isBroken) return
      try {
        await client.query('rollback')
      } catch {
        isBroken = true
      }
    },

    release() {
      if (!isReleased) client.release(isBroken)
      isReleased = true
    },
  }
}

/** A connection of the pool; waits for a database that is not there, as long as a request may. */
async function connect(pool: Pool): Promise<PoolClient> {
  const giveUpAt = performance.now() + patienceMs
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
    try {
      return await pool.connect()
    } catch (error) {
      if (troubleOf(error) !== 'lost') throw new Error(`PostgreSQL: ${wordsOf(error)}`, { cause: error })
      if (performance.now() + pauseMs > giveUpAt) {
        throw new DatabaseAway(wordsOf(error), { nothingDone: true, isLasting: true, cause: error })
      }
    }
    await setTimeout(pauseMs)
  }
}

interface PgResult {
  readonly command: string
  readonly rowCount: number | null
  readonly rows: unknown[]
}

function resultOf<Row>({ command, rowCount, rows }: PgResult): QueryResult<Row> {
  const isWrite = command === 'INSERT' || command === 'UPDATE' || command === 'DELETE'
  return { rows: rows as Row[], ...(isWrite && { numAffectedRows: BigInt(rowCount ?? 0) }) }
}
