import { Pool, TypeOverrides, types } from 'pg'

export interface PostgresAddress {
  /** `postgresql://user:password@host:port/database?sslmode=…` */
  readonly url: string
  /** How many connections this process may have open at once. */
  readonly connections: number
}

// A connection that a cut network holds up is noticed in seconds, not when the system gives up after a quarter of an hour.
const connectTimeoutMs = 5_000
const statementTimeoutMs = 60_000

/**
 * A pool of connections, none of them opened yet. A statement ends after a minute; `unlimited` lets it take its time:
 * steps of the schema and the move of an installation.
 */
export function openPostgresPool({ url, connections }: PostgresAddress, limit: 'limited' | 'unlimited'): Pool {
  return new Pool({
    connectionString: url,
    max: connections,
    connectionTimeoutMillis: connectTimeoutMs,
    idleTimeoutMillis: 5 * 60_000,
    keepAlive: true,
    application_name: 'almanac',
    types: asNumbers,
    ...(limit === 'limited' && {
      statement_timeout: statementTimeoutMs,
      // Asked by us, for a server that the network hides can't tell.
      query_timeout: statementTimeoutMs + 5_000,
      // A process that stands still in the middle must not hold its locks against all others for ever.
      idle_in_transaction_session_timeout: statementTimeoutMs,
    }),
  })
}

/**
 * Integers of 64 bits come as numbers: instants in milliseconds and counts, all far below 2^53. The driver makes texts
 * of them.
 */
const asNumbers = new TypeOverrides()
asNumbers.setTypeParser(types.builtins.INT8, Number)
