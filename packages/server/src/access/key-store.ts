import type { AuditEntry } from '../kernel/audit-entry.ts'

/** A secret that the installation made for itself: `token` keys sign tokens, `link` keys sign download links. */
export interface StoredKey {
  readonly id: string
  readonly purpose: 'token' | 'link'
  /** `token`: a private JWK as JSON text. `link`: base64url of 32 random bytes. */
  readonly material: string
  readonly createdAt: number
  /** Signs from then on; before, other servers get to know it. */
  readonly signsFromAt: number
  /** Until then it verifies; null: no other key has taken its place. */
  readonly endsAt: number | null
}

/** Port: keys, newest first. The newest that signs already signs; all that have not ended verify. */
export interface KeyStore {
  list(purpose: StoredKey['purpose']): Promise<readonly StoredKey[]>
  /** Adds the first key of a purpose; two servers starting at once make one. */
  insertFirst(key: StoredKey): Promise<void>
  /**
   * Adds a key that takes the place of all others of its purpose: those end at `othersEndAt`, or before if they were to.
   * Those that ended before `forgetBeforeAt` are removed. One transaction with the line in the audit log.
   */
  rotate(
    key: StoredKey,
    times: { readonly othersEndAt: number; readonly forgetBeforeAt: number },
    entry: AuditEntry,
  ): Promise<void>
}
