// The main file of an engine process. It runs DuckDB for the server that started it and lives as long as the channel to
// that server: when the server is gone, however it went, this process ends its query, cleans up and goes too.

import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { mkdir, rm } from 'node:fs/promises'
import type { ExportTarget } from '../../datasets/query-engine.ts'
import type { LoadProgress } from '../../datasets/versions/load-engine.ts'
import { invariant } from '../../kernel/invariant.ts'
import { errorCode, isFatal } from './error-code.ts'
import { runLoad } from './load/run-load.ts'
import type { FromEngineProcess, Job, JobEnd, JobResult, ToEngineProcess } from './messages.ts'
import { openDatabase, type DatabaseSettings } from './open-database.ts'
import { runExport } from './run-export.ts'
import { runExportTogether } from './run-export-together.ts'
import { runPreview } from './run-preview.ts'
import { runProfile } from './run-profile.ts'

const lastWordMs = 5_000

let settings: DatabaseSettings | undefined
let database: Promise<DuckDBInstance> | undefined
let running: { readonly stop: AbortController; readonly ended: Promise<void> } | undefined

process.on('message', (message: ToEngineProcess) => {
  switch (message.kind) {
    case 'open':
      settings = message.settings
      database = open(message.settings)
      // The job that comes next hears of it.
      database.catch(() => undefined)
      break
    case 'run': {
      const stop = new AbortController()
      running = { stop, ended: answer(message.job, stop.signal) }
      break
    }
    case 'stop':
      running?.stop.abort()
      break
    default:
      message satisfies never
  }
})

// Ctrl-C and a service manager signal the whole group; the server decides when its engine ends, and says so by the
// channel.
process.on('SIGINT', () => undefined)
process.on('SIGTERM', () => undefined)

process.on('disconnect', () => {
  void end()
})

async function open(settings: DatabaseSettings): Promise<DuckDBInstance> {
  // The folder is named after our process id; what stands in it is of a process that died under the same one.
  await rm(settings.tempFolder, { recursive: true, force: true })
  await mkdir(settings.tempFolder, { recursive: true })
  return openDatabase(settings)
}

async function answer(job: Job, stop: AbortSignal): Promise<void> {
  const jobEnd = await run(job, stop)
  running = undefined
  tell(jobEnd)
}

async function isOpen(): Promise<boolean> {
  return (await database?.catch(() => undefined)) !== undefined
}

async function run(job: Job, stop: AbortSignal): Promise<JobEnd> {
  try {
    invariant(database !== undefined, 'a job comes after the settings')
    // A connection for each job: nothing of one account's query is left for the next.
    const connection = await (await database).connect()
    try {
      return { ...(await runOn(connection, job, stop)), last: hasGrown() }
    } finally {
      connection.closeSync()
    }
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error)
    const code = errorCode(detail, targetOf(job)?.path)
    return { kind: 'failed', code, detail, last: isFatal(detail) || !(await isOpen()) }
  }
}

async function runOn(connection: DuckDBConnection, job: Job, stop: AbortSignal): Promise<JobResult> {
  switch (job.kind) {
    case 'preview':
      return { kind: 'rows', rows: await runPreview(connection, job.query, stop) }
    case 'export': {
      const onProgress = (sizeBytes: number): void => tell({ kind: 'progress', sizeBytes })
      return { kind: 'exported', file: await runExport(connection, job, stop, onProgress) }
    }
    case 'export_together':
      return { kind: 'exported_together', files: await runExportTogether(connection, job, stop) }
    case 'profile':
      return { kind: 'profiled', profile: await runProfile(connection, job.request, stop) }
    case 'load': {
      const onProgress = ({ phase, writtenBytes }: LoadProgress): void =>
        tell({ kind: 'progress', phase, sizeBytes: writtenBytes })
      return { kind: 'loaded', outcome: await runLoad(connection, job.request, stop, onProgress) }
    }
    default:
      return job satisfies never
  }
}

/** Where a job that makes files for partners writes first. */
function targetOf(job: Job): ExportTarget | undefined {
  if (job.kind === 'export') return job.target
  return job.kind === 'export_together' ? job.targets[0] : undefined
}

/**
 * Whether what the job has freed was not given back to the system. The allocator keeps it, in pieces: after a sort the
 * process stood at 1.3 times its limit, and after the next ones at 1.8 (2.6 was seen). A new process takes a quarter of a
 * second and begins at 90 MiB.
 */
function hasGrown(): boolean {
  return settings !== undefined && process.memoryUsage.rss() > settings.memoryLimitMiB * 2 ** 20
}

function tell(message: FromEngineProcess): void {
  // The server may be gone already; then nobody waits for this.
  if (process.connected) process.send?.(message, () => undefined)
}

async function end(): Promise<void> {
  // A query that can't be interrupted doesn't keep the process.
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), lastWordMs)
  running?.stop.abort()
  await running?.ended
  if (await isOpen()) (await database)?.closeSync()
  if (settings !== undefined) await rm(settings.tempFolder, { recursive: true, force: true })
  process.exit()
}
