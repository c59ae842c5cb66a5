/** Work that has come to be: what the loops of other processes may look for at once. */
export type Hint = 'executions' | 'callbacks'

/** What several processes have in common beside the tables, where the database is a server. */
export interface SharedDatabase {
  /** What time the database has, in epoch milliseconds. */
  time(): Promise<number>
  /** Tells the other processes. May get lost: they look by themselves every few seconds. Returns at once. */
  tell(hint: Hint): void
  /** Hears what others tell, until `signal` aborts; after a lost connection again as soon as it can. */
  listen(onHint: (hint: Hint) => void, signal: AbortSignal): void
}
