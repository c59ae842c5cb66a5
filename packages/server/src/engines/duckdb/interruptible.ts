import type { DuckDBConnection } from '@duckdb/node-api'

// A sort ends within 64 ms of an interrupt, writing CSV within 0.6 s.
const repeatMs = 50

/**
 * Does `work` on a connection and interrupts it when `stop` aborts. An interrupt that comes before a query has really
 * begun is lost without a word, so it is repeated until the work settles. The connection stays usable.
 */
export async function interruptible<Result>(
  connection: DuckDBConnection,
  stop: AbortSignal,
  work: () => Promise<Result>,
): Promise<Result> {
  let repeating: NodeJS.Timeout | undefined
  const interrupt = () => {
    connection.interrupt()
    repeating ??= setInterval(interrupt, repeatMs)
  }
  stop.throwIfAborted()
  stop.addEventListener('abort', interrupt)
  try {
    return await work()
  } finally {
    stop.removeEventListener('abort', interrupt)
    clearInterval(repeating)
  }
}
