import { fork } from 'node:child_process'
import { constants, setPriority } from 'node:os'
import { extname, join } from 'node:path'
import { EngineError } from '../../datasets/query-engine.ts'
import type { EngineEvent, EnginePurpose } from './engine-event.ts'
import { describeFailure } from '../describe-failure.ts'
import type { FromEngineProcess, Job, JobEnd, JobProgress, ToEngineProcess } from './messages.ts'
import type { DatabaseSettings } from './open-database.ts'
import { removeTempFolder, tempFolderOf } from './temp-folders.ts'

/** A DuckDB in a process of its own, which does one job at a time. */
export interface EngineProcess {
  /** False once it has ended or is about to: start another. */
  readonly usable: boolean
  /**
   * Does a job. Rejects with an `EngineError`, or with the reason of `stop` when that aborts; either way the process
   * works on the job no longer.
   */
  run<Kind extends Job['kind']>(
    job: Extract<Job, { kind: Kind }>,
    stop: AbortSignal,
    onProgress?: (progress: JobProgress) => void,
  ): Promise<JobEndOf[Kind]>
  /** Ends the process and waits until it is gone. */
  end(): Promise<void>
}

interface JobEndOf {
  preview: Extract<JobEnd, { kind: 'rows' }>
  export: Extract<JobEnd, { kind: 'exported' }>
  export_together: Extract<JobEnd, { kind: 'exported_together' }>
  profile: Extract<JobEnd, { kind: 'profiled' }>
  load: Extract<JobEnd, { kind: 'loaded' }>
}

export interface EngineProcessOptions {
  readonly purpose: EnginePurpose
  /** Its temp folder is the one below which the process gets its own. */
  readonly settings: DatabaseSettings
  readonly onEvent: (event: EngineEvent) => void
}

// How long a process may take to give up its job, or to end; then it is killed. Five times the slowest interrupt that
// was measured (a CSV write, 0.6 s).
const graceMs = 3_000

// The child runs the way we do: `.ts` from source, `.js` from a build.
const childFile = join(import.meta.dirname, `engine-child${extname(import.meta.filename)}`)

/** Starts an engine process. Takes a quarter of a second to be of use; jobs given meanwhile wait for it. */
export function startEngineProcess({ purpose, settings, onEvent }: EngineProcessOptions): EngineProcess {
  const child = fork(childFile, {
    // Bigints cross as they are.
    serialization: 'advanced',
    // Nothing of the server's environment: no secrets, no NODE_OPTIONS.
    env: { TZ: 'UTC' },
    execArgv: [],
    // Standard output belongs to what scripts read of us.
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const pid = child.pid
  // Whoever waits for an answer or a file comes first.
  if (purpose === 'profile' && pid !== undefined) setPriority(pid, constants.priority.PRIORITY_LOW)
  const tempFolder = tempFolderOf(settings.tempFolder, pid)
  const gone = Promise.withResolvers<void>()
  let usable = true
  let inHand: { settle(end: JobEnd): void; onProgress(progress: JobProgress): void } | undefined

  function ended(exitCode: number | null, signal: string | null): void {
    usable = false
    onEvent({ kind: 'engine_process_ended', purpose, pid, exitCode, signal })
    const detail = `engine process ${pid} ended, exit code ${exitCode}, signal ${signal}`
    // It writes no more; what a killed process left is removed before anyone hears of its end.
    void removeTempFolder(tempFolder).finally(() => {
      inHand?.settle({ kind: 'failed', code: 'crashed', detail, last: true })
      gone.resolve()
    })
  }

  child.once('exit', ended)
  child.on('error', (error) => {
    // The process could not be started: no `exit` follows. Any other error of the channel is followed by one.
    if (pid === undefined) ended(null, error.message)
  })
  child.once('disconnect', () => {
    usable = false
  })
  child.on('message', (message) => {
    const told = message as FromEngineProcess
    if (told.kind === 'progress') inHand?.onProgress(told)
    else inHand?.settle(told)
  })

  function tell(message: ToEngineProcess): void {
    // A channel that has just closed is not news: `exit` tells.
    if (child.connected) child.send(message, () => undefined)
  }

  // The end of the channel is what ends the process.
  function leave(): void {
    usable = false
    if (child.connected) child.disconnect()
  }

  onEvent({ kind: 'engine_process_started', purpose, pid })
  tell({ kind: 'open', settings: { ...settings, tempFolder } })

  return {
    get usable() {
      return usable
    },
    async run(job, stop, onProgress) {
      stop.throwIfAborted()
      const { promise, resolve } = Promise.withResolvers<JobEnd>()
      inHand = { settle: resolve, onProgress: (progress) => onProgress?.(progress) }
      let killing: NodeJS.Timeout | undefined
      const onStop = () => {
        tell({ kind: 'stop' })
        killing = setTimeout(() => child.kill('SIGKILL'), graceMs)
      }
      stop.addEventListener('abort', onStop)
      tell({ kind: 'run', job })
      const end = await promise
      stop.removeEventListener('abort', onStop)
      clearTimeout(killing)
      inHand = undefined
      if (end.last) leave()
      // Also when the job ended well in the last moment: who has called it off doesn't expect a result.
      stop.throwIfAborted()
      if (end.kind === 'failed')
        throw new EngineError(end.code, describeFailure(end.code), { cause: new Error(end.detail) })
      return end as JobEndOf[typeof job.kind]
    },
    async end() {
      leave()
      const killing = setTimeout(() => child.kill('SIGKILL'), graceMs)
      await gone.promise
      clearTimeout(killing)
    },
  }
}
