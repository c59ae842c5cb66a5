import type { AuditEntry } from '../kernel/audit-entry.ts'
import type { ClientCertificate } from './client-certificate.ts'
import type { ClientSecret } from './client-secret.ts'

/** How many live ones a client may have, one more included, at `now`. */
export interface LiveLimit {
  readonly most: number
  readonly now: number
}

/** What came of adding a credential: `full` when the client has as many live ones as it may have. */
export type CredentialAdded = 'inserted' | 'known' | 'full'

/** What came of removing a credential: `last` when it is the only live one of a client that has to keep one. */
export type CredentialRemoved = 'removed' | 'unknown' | 'last'

/** Which of a client's credentials is to be removed. */
export interface CredentialRemoval {
  readonly clientId: string
  /** A secret's id, or a certificate's thumbprint. */
  readonly id: string
  /** The instant at which the client must have another live one, a secret or a certificate; null when it may have none. */
  readonly keepsOneAt: number | null
}

/** Port: what clients prove themselves by. A change and its line in the audit log are one transaction. */
export interface CredentialStore {
  /** Oldest first, expired ones too: whoever knows one is told that it has expired. */
  listSecrets(clientId: string): Promise<readonly ClientSecret[]>
  insertSecret(secret: ClientSecret, limit: LiveLimit, entry: AuditEntry): Promise<CredentialAdded>
  /** Of several that are removed at once, on several servers too, one that has to stay stays. */
  removeSecret(removal: CredentialRemoval, entry: AuditEntry): Promise<CredentialRemoved>
  noteSecretUsed(secretId: string, at: number): Promise<void>

  listCertificates(clientId: string): Promise<readonly ClientCertificate[]>
  insertCertificate(certificate: ClientCertificate, limit: LiveLimit, entry: AuditEntry): Promise<CredentialAdded>
  removeCertificate(removal: CredentialRemoval, entry: AuditEntry): Promise<CredentialRemoved>
  noteCertificateUsed(clientId: string, thumbprint: string, at: number): Promise<void>

  /**
   * Notes that an assertion was used. False when it was before, on any server of the installation; it is remembered until
   * `endsAt`, when it is refused for its age anyway.
   */
  useAssertion(assertion: UsedAssertion, now: number): Promise<boolean>
}

export interface UsedAssertion {
  readonly clientId: string
  /** Of bounded length, whatever the client chose as its `jti`. */
  readonly id: string
  readonly endsAt: number
}
