/** A secret that a client proves itself by. The secret itself is kept nowhere. */
export interface ClientSecret {
  readonly id: string
  readonly clientId: string
  readonly hash: string
  /**
   * The last characters of the secret: people tell secrets apart by them, and a secret that comes in is held against one
   * hash only. Empty for a secret that is older than hints.
   */
  readonly hint: string
  readonly createdAt: number
  /** Null: it does not expire. */
  readonly expiresAt: number | null
  /** To the minute. */
  readonly lastUsedAt: number | null
}

/** How many that have not expired a client may have: one in use, and the one that takes its place. */
export const mostLiveSecrets = 2
