import { EngineError, type QueryEngine } from '../datasets/query-engine.ts'
import { secondMs } from '../kernel/hours.ts'

/**
 * Runs the smallest query that there is. Rejects when the engine can't run it. One that is too busy to come to it in time
 * is busy, not broken: its queries have limits of their own.
 */
export async function askEngine(engine: QueryEngine, signal: AbortSignal): Promise<void> {
  const query = {
    dataset: 'none',
    dialect: 'duckdb',
    sql: 'SELECT 1',
    parameters: [],
    columns: [{ name: 'one', type: 'integer' }],
    window: null,
  } as const
  try {
    await engine.preview(query, { timeLimitMs: 4 * secondMs, signal })
  } catch (error) {
    const isBusy = error instanceof EngineError && (error.code === 'timeout' || error.code === 'cancelled')
    if (!isBusy) throw error
  }
}
