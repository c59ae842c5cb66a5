/**
 * A lease: the right to work on a row until `expiresAt`. The token is new at each claim and fences: a worker that lost
 * its lease holds a token that no statement accepts any more, so it can't publish what it made.
 */
export interface Lease {
  readonly token: string
  readonly owner: string
  readonly expiresAt: number
}

/** What a claim asks for: who takes it, until when, at what time. */
export interface LeaseRequest {
  readonly token: string
  readonly owner: string
  readonly now: number
  readonly expiresAt: number
}
