import { createHash } from 'node:crypto'

/** Under which names connections keep statements that they have planned. */
export interface StatementNames {
  /** The name of a statement that is worth to be kept; undefined for one that is not, or not yet. */
  nameOf(statement: string): string | undefined
  /** Plans are no good any more, on whichever connection: the same statements get other names. */
  renew(): void
}

// The stores have about a hundred texts, and some more for lists of several lengths. Each is kept by each connection, with
// its plan, for as long as that lives: no more than these.
const mostKept = 250
const mostCounted = 1_000
/** A text that comes once or twice would be planned for nothing. */
const worthwhileRuns = 3

/**
 * Names for the statements of all connections of a pool. To plan a claim takes PostgreSQL longer than to run it
 * (`npm run bench:workers`), and a statement with a name is planned once by each connection.
 */
export function createStatementNames(): StatementNames {
  const runs = new Map<string, number>()
  const kept = new Map<string, string>()
  let generation = 1
  return {
    nameOf(statement) {
      const known = kept.get(statement)
      if (known !== undefined) return `almanac_${generation}_${known}`
      if (kept.size >= mostKept) return undefined
      const ran = (runs.get(statement) ?? 0) + 1
      if (ran < worthwhileRuns) {
        if (runs.size >= mostCounted) runs.clear()
        runs.set(statement, ran)
        return undefined
      }
      runs.delete(statement)
      // Of the text, not a number: if a pooler gave our connection to another process in between, that one's name must never
      // mean another statement.
      const name = createHash('sha256').update(statement).digest('hex').slice(0, 24)
      kept.set(statement, name)
      return `almanac_${generation}_${name}`
    },
    renew() {
      generation += 1
    },
  }
}
