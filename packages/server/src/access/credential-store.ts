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

/** Port: what clients prove themselves by. A change and its line in the audit log are one transaction. */
export interface CredentialStore {
  /** Oldest first, expired ones too: whoever knows one is told that it has expired. */
  listSecrets(clientId: string): Promise<readonly ClientSecret[]>
  insertSecret(secret: ClientSecret, limit: LiveLimit, entry: AuditEntry): Promise<CredentialAdded>
  /** False when the client has no such secret. */
  removeSecret(clientId: string, secretId: string, entry: AuditEntry): Promise<boolean>
  noteSecretUsed(secretId: string, at: number): Promise<void>

  listCertificates(clientId: string): Promise<readonly ClientCertificate[]>
  insertCertificate(certificate: ClientCertificate, limit: LiveLimit, entry: AuditEntry): Promise<CredentialAdded>
  removeCertificate(clientId: string, thumbprint: string, entry: AuditEntry): Promise<boolean>
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
