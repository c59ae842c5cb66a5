import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { ExportedFile } from '../../datasets/query-engine.ts'
import { secondMs } from '../../kernel/hours.ts'
import type { FromExportThread } from './export-thread.ts'
import type { ExportWork } from './run-export.ts'
import { engineFailure } from './trino-failure.ts'

const threadFile = fileURLToPath(new URL('export-thread.ts', import.meta.url))

// To tell Trino that the query is called off, and to remove the file.
const lastWordMs = 10 * secondMs

/** Does an export in a thread of its own, which has ended when the promise settles. Rejects with an `EngineError`. */
export async function startExportThread(
  work: ExportWork,
  stop: AbortSignal,
  onProgress: (sizeBytes: number) => void,
): Promise<ExportedFile> {
  stop.throwIfAborted()
  const thread = new Worker(threadFile, { workerData: work })
  const ended = new Promise((resolve) => thread.once('exit', resolve))
  const end = Promise.withResolvers<ExportedFile>()
  let terminating: NodeJS.Timeout | undefined
  const callOff = (): void => {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- that is a window's; a thread has no origin
    thread.postMessage('stop')
    terminating = setTimeout(() => void thread.terminate(), lastWordMs)
  }
  thread.on('message', (message: FromExportThread) => {
    if (message.kind === 'progress') onProgress(message.sizeBytes)
    else if (message.kind === 'exported') end.resolve(message.file)
    else end.reject(engineFailure(message.code, new Error(message.detail)))
  })
  thread.once('error', (error) => end.reject(engineFailure('crashed', error instanceof Error ? error : new Error('?'))))
  thread.once('exit', () => end.reject(engineFailure('crashed', new Error('The thread ended without a word'))))
  stop.addEventListener('abort', callOff)
  try {
    return await end.promise
  } catch (error) {
    // Whatever a called-off export fails of is no news.
    stop.throwIfAborted()
    throw error
  } finally {
    stop.removeEventListener('abort', callOff)
    await ended
    clearTimeout(terminating)
  }
}
