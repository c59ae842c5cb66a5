/** What stands in a queue. */
export interface Backlog {
  /** How many could be taken now and are not. */
  readonly due: number
  /** Since when the oldest of them has been due; null when none is. */
  readonly oldestDueAt: number | null
  /** How many are in a worker's hands. */
  readonly running: number
}
