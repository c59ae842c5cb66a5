import { once } from 'node:events'
import { extname, join } from 'node:path'
import { Worker } from 'node:worker_threads'

/** Copies the write-ahead log of a database back into it, beside the work. */
export interface Checkpointer {
  /** Something was committed. */
  wrote(): void
  close(): Promise<void>
}

/** Ten pages each: a tenth as often as SQLite by itself, since each copy keeps the disk from the commits beside it. */
const writesBetween = 1_000

// The thread runs the way we do: `.ts` from source, `.js` from a build.
const threadFile = join(import.meta.dirname, `checkpoint-thread${extname(import.meta.filename)}`)

/**
 * SQLite copies the log back within whichever commit finds it long, and that commit waits: 2.5 ms with a thousand reports,
 * 10 with a hundred thousand, whose pages lie further apart. On a connection in a thread of its own nobody waits. The
 * thread is started when there is something to copy; should it end, commits do it again, see `openSqliteFile`.
 */
export function createCheckpointer(file: string): Checkpointer {
  let writes = 0
  let thread: Worker | undefined

  function start(): Worker {
    const started = new Worker(threadFile, { workerData: file })
    // It keeps no process alive, and what it fails at is done within a commit later.
    started.unref()
    started.on('error', () => {
      thread = undefined
    })
    return started
  }

  return {
    wrote() {
      writes += 1
      if (writes < writesBetween) return
      writes = 0
      thread ??= start()
      tell(thread, 'checkpoint')
    },
    async close() {
      const closing = thread
      thread = undefined
      if (closing === undefined) return
      const gone = once(closing, 'exit')
      tell(closing, 'close')
      closing.ref()
      await gone
    },
  }
}

function tell(thread: Worker, message: 'checkpoint' | 'close'): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- that is a window's; a thread has no origin
  thread.postMessage(message)
}
