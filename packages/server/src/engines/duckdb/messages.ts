import type { CompiledQuery, CompiledTogether } from '@almanac/query'
import type {
  AccountTarget,
  DataProfile,
  EngineErrorCode,
  ExportedFile,
  ExportTarget,
  PreviewValue,
  ProfileRequest,
} from '../../datasets/query-engine.ts'
import type { LoadOutcome, LoadProgress, LoadRequest } from '../../datasets/versions/load-engine.ts'
import type { DatabaseSettings } from './open-database.ts'

/** One piece of work for an engine process. */
export type Job =
  | { readonly kind: 'preview'; readonly query: CompiledQuery }
  | { readonly kind: 'export'; readonly query: CompiledQuery; readonly target: ExportTarget }
  | { readonly kind: 'export_together'; readonly query: CompiledTogether; readonly targets: readonly AccountTarget[] }
  | { readonly kind: 'profile'; readonly request: ProfileRequest }
  | { readonly kind: 'load'; readonly request: LoadRequest }

/**
 * What the server tells an engine process. `open` comes first and once. The process does one job at a time, and the
 * channel keeps the order, so a `stop` needs no job id: one that crosses its job's answer arrives before the next job.
 */
export type ToEngineProcess =
  | { readonly kind: 'open'; readonly settings: DatabaseSettings }
  | { readonly kind: 'run'; readonly job: Job }
  | { readonly kind: 'stop' }

/** What a job that went well gives. */
export type JobResult =
  | { readonly kind: 'rows'; readonly rows: readonly (readonly PreviewValue[])[] }
  | { readonly kind: 'exported'; readonly file: ExportedFile }
  /** `null` where there was no row of the account. */
  | { readonly kind: 'exported_together'; readonly files: readonly (ExportedFile | null)[] }
  | { readonly kind: 'profiled'; readonly profile: DataProfile }
  | { readonly kind: 'loaded'; readonly outcome: LoadOutcome }

/**
 * How a job ended. `detail` has the engine's own words, for the log only. `last`: the process should do no other job, or
 * can't, and waits to be ended.
 */
export type JobEnd = (
  | JobResult
  | { readonly kind: 'failed'; readonly code: EngineErrorCode; readonly detail: string }
) & { readonly last: boolean }

/** How far a job that writes a file is; only a load has phases. */
export interface JobProgress {
  readonly sizeBytes: number
  readonly phase?: LoadProgress['phase']
}

/** What an engine process tells the server: now and then how far a job is, and each job's end. */
export type FromEngineProcess = ({ readonly kind: 'progress' } & JobProgress) | JobEnd
