import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import type { CompiledQuery, DatabaseConnection, Driver, QueryResult } from 'kysely'
import type { Checkpointer } from './checkpointer.ts'
import { statementError } from './sqlite-error.ts'
import { createStatementCache } from './statement-cache.ts'
import type { StatementCache } from './statement-cache.ts'
import { untilFree } from './until-free.ts'

/** Runs Kysely's statements on one connection. Takes over `database` and closes it in the end, and its checkpointer. */
export function createSqliteDriver(database: DatabaseSync, checkpointer?: Checkpointer): Driver {
  const statements = createStatementCache(database)
  const wrote = (): void => {
    if (!database.isTransaction) checkpointer?.wrote()
  }
  const connection = createConnection(statements, wrote)
  // Settled while nobody has the connection.
  let idle = Promise.resolve()
  let release = () => {}

  return {
    async init() {},

    async acquireConnection() {
      const lent = Promise.withResolvers<void>()
      idle = lent.promise
      release = lent.resolve
      return connection
    },

    async releaseConnection() {
      release()
    },

    /**
     * IMMEDIATE takes the place of the writer at once and waits for it if need be. A plain BEGIN would take it at the
     * first write, and fail without waiting if another process has written since: "database is locked".
     */
    async beginTransaction(_connection, { accessMode }) {
      await run(database, accessMode === 'read only' ? 'begin' : 'begin immediate')
    },

    async commitTransaction() {
      await run(database, 'commit')
      wrote()
    },

    async rollbackTransaction() {
      // After some errors (disk full, input/output) SQLite has rolled back by itself.
      if (database.isTransaction) await run(database, 'rollback')
    },

    async destroy() {
      await idle
      // Before ours is closed: the last connection copies all of the log, and removes it.
      await checkpointer?.close()
      statements.clear()
      database.close()
    },
  }
}

async function run(database: DatabaseSync, statement: string): Promise<void> {
  try {
    await untilFree(() => database.exec(statement))
  } catch (error) {
    throw statementError(error, statement)
  }
}

function createConnection(statements: StatementCache, wrote: () => void): DatabaseConnection {
  return {
    async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
      try {
        const result = await untilFree(() => {
          const { statement, returnsRows } = statements.prepare(sql)
          const values = parameters as readonly SQLInputValue[]
          if (returnsRows) return { rows: statement.all(...values) as Row[] }
          return { rows: [], numAffectedRows: BigInt(statement.run(...values).changes) }
        })
        if ('numAffectedRows' in result) wrote()
        return result
      } catch (error) {
        throw statementError(error, sql)
      }
    },

    streamQuery() {
      throw new Error('Rows are not streamed from SQLite: what the stores read fits into memory.')
    },
  }
}
