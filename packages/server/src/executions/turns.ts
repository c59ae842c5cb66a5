import { secondMs } from '../kernel/hours.ts'

/** Whose turn it is: an account with ten thousand due reports must not hold up another one's single one. */
export interface Turns {
  /** Accounts that have had their turn in this round: others come before them. */
  had(now: number): readonly string[]
  took(accountId: string): void
  /** Nobody else has anything due: a new round begins, and it is asked again in a second only. */
  nobodyElse(now: number): void
}

/** A statement names so many accounts at most; then a new round begins. */
const mostAccounts = 200

/** Rounds of one worker, kept in memory: after a restart everyone has a turn again. */
export function createTurns(): Turns {
  const accounts = new Set<string>()
  let aloneUntil = Number.NEGATIVE_INFINITY
  return {
    had: (now) => (now < aloneUntil ? [] : [...accounts]),
    took(accountId) {
      if (accounts.size >= mostAccounts) accounts.clear()
      accounts.add(accountId)
    },
    nobodyElse(now) {
      accounts.clear()
      aloneUntil = now + secondMs
    },
  }
}
