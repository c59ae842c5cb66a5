// A thread that copies a database's write-ahead log back into it whenever it is told to. See `checkpointer.ts`.
import { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'

// How long it waits for a moment in which nobody writes.
const turnMs = 100

const database = new DatabaseSync(workerData as string, { timeout: turnMs, defensive: true })
database.exec('pragma synchronous = full')

parentPort?.on('message', (message: 'checkpoint' | 'close') => {
  if (message === 'checkpoint') {
    // Passive: it copies what it can, and neither waits for anyone nor makes anyone wait.
    database.exec('pragma wal_checkpoint(passive)')
    // The little that has come meanwhile, so that the log begins anew instead of growing on: a commit may wait for it,
    // a millisecond or two.
    database.exec('pragma wal_checkpoint(restart)')
  } else {
    database.close()
    parentPort?.close()
  }
})
