// The reference of the benchmarks of exports, in a process of its own: DuckDB, one COPY, nothing else. Takes its work as JSON
// on the command line, prints the milliseconds of the COPY and the peak resident size as JSON.
import { readFileSync } from 'node:fs'
import { DuckDBInstance, DuckDBTimestampValue, type DuckDBValue } from '@duckdb/node-api'
import type { SqlParameter } from '@almanac/query'

export interface BareCopyWork {
  readonly sql: string
  readonly parameters: readonly { readonly type: SqlParameter['type']; readonly text: string }[]
  readonly target: string
  readonly memoryLimitMiB: number
  readonly threads: number
  readonly tempFolder: string
  /** Whether rows come out in the order of their files (DuckDB's default). */
  readonly keepsOrder?: boolean
}

const work = JSON.parse(process.argv[2] ?? '') as BareCopyWork
const instance = await DuckDBInstance.create(':memory:', {
  memory_limit: `${work.memoryLimitMiB}MiB`,
  threads: String(work.threads),
  temp_directory: work.tempFolder,
  preserve_insertion_order: String(work.keepsOrder ?? true),
})
const connection = await instance.connect()
const values = work.parameters.map(({ type, text }): DuckDBValue => {
  if (type === 'integer') return BigInt(text)
  if (type === 'boolean') return text === 'true'
  if (type === 'timestamp') return new DuckDBTimestampValue(BigInt(text))
  return text
})
const startedAt = performance.now()
await connection.run(`COPY (${work.sql}) TO '${work.target}' (FORMAT csv, HEADER)`, values)
const milliseconds = performance.now() - startedAt
const peakKiB = Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? 0)
process.stdout.write(JSON.stringify({ milliseconds, peakMiB: Math.round(peakKiB / 1024) }))
