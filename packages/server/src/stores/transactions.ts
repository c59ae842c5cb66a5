import type { Kysely, Transaction } from 'kysely'

/** Runs `work` all or nothing. Inside, only `tx` may be used: the database itself waits for the transaction to end. */
export function inTransaction<Tables, Result>(
  db: Kysely<Tables>,
  work: (tx: Transaction<Tables>) => Promise<Result>,
): Promise<Result> {
  return db.transaction().execute(work)
}

/**
 * A transaction that counts rows and then adds one: two at once must not both count before the other adds. SQLite has
 * one writer at a time anyway; PostgreSQL needs to be told.
 */
export function countThenAdd<Tables, Result>(
  db: Kysely<Tables>,
  work: (tx: Transaction<Tables>) => Promise<Result>,
): Promise<Result> {
  return db.transaction().setIsolationLevel('serializable').execute(work)
}

/** Several reads that see one and the same state. Takes no lock that a writer waits for. */
export function inSnapshot<Tables, Result>(
  db: Kysely<Tables>,
  work: (tx: Transaction<Tables>) => Promise<Result>,
): Promise<Result> {
  return db.transaction().setIsolationLevel('repeatable read').setAccessMode('read only').execute(work)
}
