/** Who did something. */
export type AuditActor =
  | { readonly kind: 'client'; readonly accountId: string; readonly clientId: string }
  /** A user of the machine, by a command. */
  | { readonly kind: 'operator'; readonly name: string }
  /** The server by itself. */
  | { readonly kind: 'server' }

/** Who asks for a change, and from where. */
export interface AuditSource {
  readonly actor: AuditActor
  /** The id of the request; null for a command. */
  readonly requestId: string | null
  /** The network address that it came from; null for a command. */
  readonly address: string | null
}

/** What the audit log tells of, each with the kind of thing that it happened to. */
export const auditActions = {
  'account.added': 'account',
  'account.renamed': 'account',
  'account.disabled': 'account',
  'account.enabled': 'account',
  'client.added': 'client',
  'client.renamed': 'client',
  'client.disabled': 'client',
  'client.enabled': 'client',
  'client.roles_changed': 'client',
  'client.webhook_secret_shown': 'client',
  'secret.added': 'secret',
  'secret.removed': 'secret',
  'certificate.added': 'certificate',
  'certificate.removed': 'certificate',
  'user.added': 'user',
  'user.removed': 'user',
  'key.rotated': 'key',
  'report.deleted': 'report',
  // Each of these changes lies in files, not in the database: it is told before and after, so that none is without a line
  // when a server dies between. The third line is another server's, when it finds that the second can't come any more.
  'data.load_begun': 'dataset',
  'data.loaded': 'dataset',
  'data.load_outcome_unknown': 'dataset',
  'data.switch_begun': 'dataset',
  'data.switched': 'dataset',
  'data.switch_outcome_unknown': 'dataset',
  'clock.move_begun': 'clock',
  'clock.moved': 'clock',
  'clock.move_outcome_unknown': 'clock',
  'tokens.issued': 'client',
  'tokens.refused': 'client',
} as const

export type AuditAction = keyof typeof auditActions

/** What more there is to say: flat, and never a secret, a token or a link. */
export type AuditDetail = Readonly<Record<string, string | number | boolean | null | readonly string[]>>

/** One thing that was done: who, what, to which object, from where. */
export interface AuditEntry extends AuditSource {
  readonly at: number
  readonly action: AuditAction
  readonly objectId: string
  /** The account whose object it is; null for what belongs to the installation. */
  readonly accountId: string | null
  readonly detail: AuditDetail
}

/** The source of what a server does by itself, setting up a demo among it. */
export const serverItself: AuditSource = { actor: { kind: 'server' }, requestId: null, address: null }
