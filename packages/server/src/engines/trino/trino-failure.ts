import { EngineError } from '../../datasets/query-engine.ts'
import type { EngineErrorCode } from '../../datasets/query-engine.ts'
import { describeFailure } from '../describe-failure.ts'

/** What Trino says of a query that failed, without its stack. */
export interface TrinoQueryError {
  readonly message: string
  readonly errorName: string
  /** `USER_ERROR`, `INTERNAL_ERROR`, `INSUFFICIENT_RESOURCES` or `EXTERNAL`. */
  readonly errorType: string
}

/** The failure as the port has it. Trino's words are in the cause, for the log: there may be SQL and values in them. */
export function trinoFailure(error: TrinoQueryError): EngineError {
  return engineFailure(codeOf(error), new Error(`Trino: ${error.errorName}: ${error.message}`))
}

export function engineFailure(code: EngineErrorCode, cause: Error): EngineError {
  return new EngineError(code, describeFailure(code), { cause })
}

// By https://trino.io/docs, `StandardErrorCode`.
const codes: Readonly<Record<string, EngineErrorCode>> = {
  EXCEEDED_TIME_LIMIT: 'timeout',
  EXCEEDED_CPU_LIMIT: 'timeout',
  EXCEEDED_GLOBAL_MEMORY_LIMIT: 'out_of_memory',
  EXCEEDED_LOCAL_MEMORY_LIMIT: 'out_of_memory',
  EXCEEDED_SPILL_LIMIT: 'out_of_memory',
  CLUSTER_OUT_OF_MEMORY: 'out_of_memory',
  CATALOG_NOT_FOUND: 'missing_file',
  SCHEMA_NOT_FOUND: 'missing_file',
  TABLE_NOT_FOUND: 'missing_file',
  // A table with other columns or values than are declared, or one that the server may not read.
  COLUMN_NOT_FOUND: 'unreadable_data',
  TYPE_MISMATCH: 'unreadable_data',
  INVALID_CAST_ARGUMENT: 'unreadable_data',
  PERMISSION_DENIED: 'unreadable_data',
  // Whoever took the query no longer has it, or has nobody to give it to.
  SERVER_STARTING_UP: 'unreachable',
  SERVER_SHUTTING_DOWN: 'unreachable',
  NO_NODES_AVAILABLE: 'unreachable',
  QUERY_QUEUE_FULL: 'unreachable',
  REMOTE_TASK_ERROR: 'unreachable',
  REMOTE_HOST_GONE: 'unreachable',
  REMOTE_TASK_MISMATCH: 'unreachable',
  TOO_MANY_REQUESTS_FAILED: 'unreachable',
  PAGE_TRANSPORT_ERROR: 'unreachable',
  PAGE_TRANSPORT_TIMEOUT: 'unreachable',
  ABANDONED_QUERY: 'unreachable',
}

function codeOf({ errorName, errorType }: TrinoQueryError): EngineErrorCode {
  return codes[errorName] ?? (errorType === 'EXTERNAL' ? 'unreadable_data' : 'failed')
}
