// A thread that writes one export and ends. Rows of Trino come as JSON by the megabyte: to read them in the server's own
// thread would keep requests waiting.
import { parentPort, workerData } from 'node:worker_threads'
import { EngineError } from '../../datasets/query-engine.ts'
import type { EngineErrorCode, ExportedFile } from '../../datasets/query-engine.ts'
import { runExport } from './run-export.ts'
import type { ExportWork } from './run-export.ts'

/** What the thread says. */
export type FromExportThread =
  | { readonly kind: 'progress'; readonly sizeBytes: number }
  | { readonly kind: 'exported'; readonly file: ExportedFile }
  | { readonly kind: 'failed'; readonly code: EngineErrorCode; readonly detail: string }

const progressEveryMs = 250

const stop = new AbortController()
parentPort?.on('message', () => stop.abort())

let sizeBytes = 0
const reporting = setInterval(() => tell({ kind: 'progress', sizeBytes }), progressEveryMs)
try {
  const file = await runExport(workerData as ExportWork, stop.signal, (written) => {
    sizeBytes = written
  })
  tell({ kind: 'exported', file })
} catch (error) {
  tell({ kind: 'failed', code: codeOf(error), detail: detailOf(error) })
} finally {
  clearInterval(reporting)
  parentPort?.close()
}

function tell(message: FromExportThread): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- that is a window's; a thread has no origin
  parentPort?.postMessage(message)
}

function codeOf(error: unknown): EngineErrorCode {
  if (error instanceof EngineError) return error.code
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return code === 'ENOSPC' || code === 'EDQUOT' ? 'disk_full' : 'failed'
}

function detailOf(error: unknown): string {
  if (error instanceof EngineError && error.cause instanceof Error) return error.cause.message
  return error instanceof Error ? error.message : String(error)
}
