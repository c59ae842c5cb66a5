import type { ExecutionStatus, FailureCode } from '../executions/execution.ts'
import type { CallbackDelivery, DeliveryStatus } from '../callbacks/delivery.ts'
import type { StoredKey } from '../access/key-store.ts'
import type { ReportEventKind } from '../reports/report-event.ts'
import type { ReportFormat, ReportStatus, Schedule, CallbackMethod, CallbackOn } from '../reports/report.ts'

/**
 * The tables as the statements see them, columns named as in the database. They use the part of SQL that SQLite and
 * PostgreSQL share: ids are text, instants are integers (epoch milliseconds UTC), JSON is text that TypeScript reads.
 * `migrations/` makes them.
 */
export interface Database {
  readonly schema_migrations: MigrationTable
  readonly installation: InstallationTable
  readonly accounts: AccountTable
  readonly clients: ClientTable
  readonly client_secrets: ClientSecretTable
  readonly client_certificates: ClientCertificateTable
  readonly used_assertions: UsedAssertionTable
  readonly client_users: ClientUserTable
  readonly refresh_tokens: RefreshTokenTable
  readonly used_links: UsedLinkTable
  readonly keys: KeyTable
  readonly queries: QueryTable
  readonly reports: ReportTable
  readonly executions: ExecutionTable
  readonly artifacts: ArtifactTable
  readonly callback_deliveries: DeliveryTable
  readonly callback_attempts: AttemptTable
  readonly idempotency_keys: IdempotencyKeyTable
  readonly report_events: ReportEventTable
  readonly audit_log: AuditLineTable
  readonly audit_head: AuditHeadTable
}

/** The schema's steps that have been taken. */
export interface MigrationTable {
  readonly version: number
  readonly name: string
  /** What the step says of older versions, see `Migration`; null for steps taken before they said it. */
  readonly oldest_compatible: number | null
}

export interface InstallationTable {
  readonly name: string
  readonly value: string
}

export interface AccountTable {
  readonly id: string
  readonly name: string
  readonly created_at: number
  readonly disabled_at: number | null
}

export interface ClientTable {
  readonly id: string
  readonly account_id: string
  readonly name: string
  readonly user_id: string
  /** JSON: list of roles. */
  readonly roles: string
  readonly webhook_secret: string
  readonly created_at: number
  readonly disabled_at: number | null
}

export interface ClientUserTable {
  readonly id: string
  readonly client_id: string
  readonly name: string
  readonly password_hash: string
  readonly created_at: number
}

export interface RefreshTokenTable {
  readonly hash: string
  readonly family_id: string
  readonly client_id: string
  readonly user_id: string
  readonly created_at: number
  readonly ends_at: number
  readonly used_at: number | null
}

export interface ClientSecretTable {
  readonly id: string
  readonly client_id: string
  readonly secret_hash: string
  readonly hint: string
  readonly created_at: number
  readonly expires_at: number | null
  readonly last_used_at: number | null
}

export interface ClientCertificateTable {
  readonly client_id: string
  readonly thumbprint: string
  readonly thumbprint_sha1: string
  readonly public_key: string
  readonly subject: string
  readonly valid_from_at: number
  readonly expires_at: number
  readonly created_at: number
  readonly last_used_at: number | null
}

/** Assertions that were used, until they are too old to be used again. */
export interface UsedAssertionTable {
  readonly client_id: string
  readonly id: string
  readonly ends_at: number
}

export interface KeyTable {
  readonly id: string
  readonly purpose: StoredKey['purpose']
  readonly material: string
  readonly created_at: number
  readonly signs_from_at: number
  readonly ends_at: number | null
}

export interface QueryTable {
  readonly id: string
  readonly account_id: string
  readonly program: string
  readonly client_id: string
  readonly user_id: string
  readonly name: string
  /** What names are compared by, see `name-key.ts`. */
  readonly name_key: string
  readonly description: string | null
  readonly query_text: string
  readonly created_at: number
}

/** A link that works once, and has. */
export interface UsedLinkTable {
  readonly id: string
  readonly ends_at: number
}

export interface ReportTable {
  readonly id: string
  readonly account_id: string
  readonly program: string
  readonly client_id: string
  readonly user_id: string
  readonly name: string
  readonly name_key: string
  readonly description: string | null
  readonly query_id: string
  readonly query_text: string
  readonly schedule_kind: Schedule['kind']
  /** Occurrence 0. */
  readonly first_at: number
  /** `recurring` only, and so are the interval, the count and the end. */
  readonly start_at: number | null
  readonly interval_hours: number | null
  readonly occurrence_count: number | null
  readonly end_at: number | null
  /** `once` only. */
  readonly query_start_at: number | null
  readonly query_end_at: number | null
  readonly format: ReportFormat
  /** 0 or 1. */
  readonly neutralize_formulas: number
  readonly callback_url: string | null
  readonly callback_method: CallbackMethod | null
  readonly callback_on: CallbackOn
  readonly status: ReportStatus
  /** Occurrences that have begun. */
  readonly started_count: number
  /** Number of the grid in force: a new start, interval or count begins a new one, whose occurrences count from 0 again. */
  readonly grid: number
  readonly created_at: number
  readonly modified_at: number | null
}

/** What makes a row claimable, alike in every table whose rows are work. `claim.ts` has the statements' shared parts. */
export interface ClaimColumns {
  /**
   * When the row may be claimed: its due time while it waits, the end of its lease while someone works on it. Null when
   * there is nothing to claim. One column for both, so that one index finds all work, however many rows lie in the future.
   */
  readonly claimable_at: number | null
  readonly lease_token: string | null
  readonly lease_owner: string | null
}

export interface ExecutionTable extends ClaimColumns {
  readonly id: string
  readonly report_id: string
  readonly account_id: string
  readonly grid: number
  readonly occurrence: number
  readonly scheduled_at: number
  readonly status: ExecutionStatus
  /** How often it has been claimed. Unlike `attempts` it never goes down: 1 says that the claim is the first. */
  readonly claims: number
  readonly attempts: number
  readonly failed_tries: number
  readonly started_at: number | null
  readonly finished_at: number | null
  readonly failure_code: FailureCode | null
  readonly failure_message: string | null
  /** What executions have in common that could be made of one scan; null for those that run once. */
  readonly scan_key: string | null
}

export interface ArtifactTable {
  readonly id: string
  readonly execution_id: string
  readonly report_id: string
  readonly account_id: string
  readonly blob_key: string
  readonly file_name: string
  /** JSON. */
  readonly manifest: string
  readonly created_at: number
}

export interface DeliveryTable extends ClaimColumns {
  readonly id: string
  readonly account_id: string
  readonly client_id: string
  readonly report_id: string
  readonly execution_id: string
  readonly url: string
  readonly method: CallbackDelivery['method']
  readonly body: string
  readonly status: DeliveryStatus
  readonly attempts: number
  readonly due_at: number
  readonly created_at: number
}

export interface AttemptTable {
  readonly delivery_id: string
  /** From 1. */
  readonly attempt: number
  readonly started_at: number
  readonly duration_ms: number
  readonly response_status: number | null
  readonly error: string | null
}

export interface IdempotencyKeyTable {
  readonly client_id: string
  readonly idempotency_key: string
  readonly fingerprint: string
  readonly created_at: number
  readonly lease_ends_at: number
  /** JSON; null while the request is being served. */
  readonly answer: string | null
}

export interface ReportEventTable {
  readonly report_id: string
  readonly at: number
  /** The place of its kind among those of one millisecond. */
  readonly rank: number
  readonly kind: ReportEventKind
  readonly execution_id: string | null
  readonly scheduled_at: number | null
  readonly detail: string | null
}

export interface AuditLineTable {
  /** From 1, without gaps. */
  readonly number: number
  /** Canonical JSON. */
  readonly entry: string
  readonly hash: string
}

/** One row: where the audit log ends. */
export interface AuditHeadTable {
  readonly name: 'head'
  readonly number: number
  readonly hash: string
}
