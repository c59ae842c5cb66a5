import { setTimeout } from 'node:timers/promises'
import type { Kysely, Transaction } from 'kysely'
import { AppError } from '../kernel/app-error.ts'
import { DatabaseAway } from '../kernel/database-away.ts'
import { Conflict } from './conflict.ts'

/*
 * SQLite has one writer at a time: what a transaction has read stays so until it ends. On PostgreSQL they run side by
 * side, each statement on what was committed when it began (READ COMMITTED), so whoever reads in order to write has to
 * lock what it decides by, and read after that. The rules, all in one order so that no two wait for each other:
 *
 *   1. a turn (`takeTurn`): counting rows and adding one, where there is no row to lock;
 *   2. the row of a report (`lockReport`): all that belongs to it, its executions above all, changes under this lock;
 *   3. the row of an execution or a callback;
 *   4. the head of the audit log, last of all.
 *
 * Whoever looks for work takes what is free (`SKIP LOCKED`) and waits for nobody. SQLite leaves out the locks.
 */

// The longest pauses add up to a second; who is still in the way then is not there by chance.
const mostTries = 12
const firstPauseMs = 2
const longestPauseMs = 120

/**
 * Runs `work` all or nothing. Inside, only `tx` may be used: the database itself may wait for the transaction to end.
 * It may be run several times, each time from the beginning: when another transaction was in its way, or the database
 * went away before the end and is there again. What it does besides has to bear that.
 */
export async function inTransaction<Tables, Result>(
  db: Kysely<Tables>,
  work: (tx: Transaction<Tables>) => Promise<Result>,
): Promise<Result> {
  return triedAgain(() => db.transaction().execute(work))
}

/** Several reads that see one and the same state. Takes no lock that a writer waits for. */
export function inSnapshot<Tables, Result>(
  db: Kysely<Tables>,
  work: (tx: Transaction<Tables>) => Promise<Result>,
): Promise<Result> {
  return triedAgain(() =>
    db.transaction().setIsolationLevel('repeatable read').setAccessMode('read only').execute(work),
  )
}

/**
 * Two that count rows and then add one must not both count before the other adds: from here to the end of the
 * transaction, nobody else has a turn of this name.
 */
export async function takeTurn<Tables>(tx: Transaction<Tables>, name: string): Promise<void> {
  const { adapter } = tx.getExecutor()
  if ('takeTurn' in adapter) await (adapter as unknown as TurnTaking).takeTurn(tx, name)
}

/** An adapter whose database lets writers run side by side. */
export interface TurnTaking {
  takeTurn<Tables>(tx: Transaction<Tables>, name: string): Promise<void>
}

async function triedAgain<Result>(run: () => Promise<Result>): Promise<Result> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await run()
    } catch (error) {
      if (!mayTryAgain(error)) throw error
      if (tried >= mostTries) throw error instanceof Conflict ? busy(error) : error
      // Those that were in each other's way must not meet again.
      const pauseMs = Math.min(firstPauseMs * 2 ** tried, longestPauseMs)
      await setTimeout(pauseMs * (0.5 + Math.random()))
    }
  }
}

function mayTryAgain(error: unknown): boolean {
  return error instanceof Conflict || (error instanceof DatabaseAway && error.nothingDone && !error.isLasting)
}

function busy(cause: Conflict): AppError {
  return new AppError('too_busy', { retryAfterSeconds: 1, sentence: 'The database is busy. Try again.' }, { cause })
}
