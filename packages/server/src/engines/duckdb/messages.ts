import type { CompiledQuery } from '@almanac/query'
import type { EngineErrorCode, ExportedFile, ExportTarget, PreviewValue } from '../../datasets/query-engine.ts'
import type { DatabaseSettings } from './open-database.ts'

/** One piece of work for an engine process. */
export type Job =
  | { readonly kind: 'preview'; readonly query: CompiledQuery }
  | { readonly kind: 'export'; readonly query: CompiledQuery; readonly target: ExportTarget }

/**
 * What the server tells an engine process. `open` comes first and once. The process does one job at a time, and the
 * channel keeps the order, so a `stop` needs no job id: one that crosses its job's answer arrives before the next job.
 */
export type ToEngineProcess =
  | { readonly kind: 'open'; readonly settings: DatabaseSettings }
  | { readonly kind: 'run'; readonly job: Job }
  | { readonly kind: 'stop' }

/**
 * How a job ended. `detail` has the engine's own words, for the log only. `last`: the process should do no other job, or
 * can't, and waits to be ended.
 */
export type JobEnd = (
  | { readonly kind: 'rows'; readonly rows: readonly (readonly PreviewValue[])[] }
  | { readonly kind: 'exported'; readonly file: ExportedFile }
  | { readonly kind: 'failed'; readonly code: EngineErrorCode; readonly detail: string }
) & { readonly last: boolean }

/** What an engine process tells the server: now and then how far an export is, and each job's end. */
export type FromEngineProcess = { readonly kind: 'progress'; readonly sizeBytes: number } | JobEnd
