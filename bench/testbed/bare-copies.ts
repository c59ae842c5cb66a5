// The reference of the benchmark of executions, in a process of its own: a DuckDB that is open already, and COPY after
// COPY. Told by messages what to open and what to copy; answers with the milliseconds that each took in all.
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api'
import { bindParameters } from '../../packages/server/src/engines/duckdb/bind-parameters.ts'
import type { CompiledQuery } from '@almanac/query'

export type BareCopiesRequest =
  | { readonly kind: 'open'; readonly memoryLimitMiB: number; readonly threads: number }
  | { readonly kind: 'copy'; readonly copies: readonly { readonly query: CompiledQuery; readonly target: string }[] }

let connection: DuckDBConnection | undefined

process.on('message', (request: BareCopiesRequest) => void tell(request))

async function tell(request: BareCopiesRequest): Promise<void> {
  process.send?.(await answer(request))
}

async function answer(request: BareCopiesRequest): Promise<number> {
  const beganAt = performance.now()
  if (request.kind === 'open') {
    const { memoryLimitMiB, threads } = request
    const options = { memory_limit: `${memoryLimitMiB}MiB`, threads: String(threads) }
    connection = await (await DuckDBInstance.create(':memory:', options)).connect()
  } else {
    for (const { query, target } of request.copies) {
      const statement = await connection?.prepare(`COPY (${query.sql}) TO '${target}' (FORMAT csv, HEADER)`)
      if (statement === undefined) throw new Error('The process has not been told to open DuckDB')
      bindParameters(statement, query.parameters)
      await statement.run()
    }
  }
  return performance.now() - beganAt
}
