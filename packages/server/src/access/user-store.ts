import type { AuditEntry } from '../kernel/audit-entry.ts'
import type { ClientUser, RefreshToken } from './client-user.ts'

/** What a refresh token that came in was good for. */
export type RefreshOutcome =
  | { readonly kind: 'taken'; readonly user: ClientUser }
  /** There is none of that hash for the client, or it was ended with its family. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'ended' }
  /** It was used before, so somebody has a copy: all of its family have ended now. */
  | { readonly kind: 'reused' }

/** Port: users of clients, and what they stay logged in by. A change and its line in the audit log are one transaction. */
export interface UserStore {
  /** In order of their names. */
  listUsers(clientId: string): Promise<readonly ClientUser[]>
  /** False when the client has a user of that name. */
  insertUser(user: ClientUser, entry: AuditEntry): Promise<boolean>
  /** And ends the user's refresh tokens. False when there is no such user. */
  removeUser(clientId: string, name: string, entry: AuditEntry): Promise<boolean>

  insertRefreshToken(token: RefreshToken): Promise<void>
  /**
   * Takes a refresh token of a client in exchange for the next one of its family, whose hash and times are `next`. Of two
   * who bring the same one at once, on any servers, one is `reused`.
   */
  takeRefreshToken(
    used: Pick<RefreshToken, 'hash' | 'clientId'>,
    next: Pick<RefreshToken, 'hash' | 'createdAt' | 'endsAt'>,
  ): Promise<RefreshOutcome>
}
