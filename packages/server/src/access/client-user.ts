/** A person who logs in by a client, as the documents of partner insights (`mpn`) have it. */
export interface ClientUser {
  readonly id: string
  readonly clientId: string
  /** In lower case: people write their addresses as they like. */
  readonly name: string
  readonly passwordHash: string
  readonly createdAt: number
}

/** What a user stays logged in by. The token itself is kept nowhere. */
export interface RefreshToken {
  readonly hash: string
  /** All that came of one log-in: when one of them is used twice, they all end. */
  readonly familyId: string
  readonly clientId: string
  readonly userId: string
  readonly createdAt: number
  readonly endsAt: number
}

/** The name under which a user is kept. */
export function userName(name: string): string {
  return name.trim().toLowerCase()
}
