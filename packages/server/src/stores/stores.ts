import type { Kysely } from 'kysely'
import type { AuditLog } from '../access/audit-log.ts'
import type { ClientStore } from '../access/client-store.ts'
import type { CredentialStore } from '../access/credential-store.ts'
import type { InstallationStore } from '../access/installation-store.ts'
import type { KeyStore } from '../access/key-store.ts'
import type { UserStore } from '../access/user-store.ts'
import type { ArtifactStore } from '../artifacts/artifact-store.ts'
import type { UsedLinks } from '../artifacts/used-links.ts'
import type { DeliveryStore } from '../callbacks/delivery-store.ts'
import type { ExecutionStore } from '../executions/execution-store.ts'
import type { StrayLeases } from '../executions/stray-leases.ts'
import type { IdempotencyStore } from '../idempotency/idempotency-store.ts'
import type { QueryStore } from '../queries/query-store.ts'
import type { ReportStore } from '../reports/report-store.ts'
import { createArtifactStore } from './artifact-store.ts'
import { createAuditLog } from './audit-log.ts'
import { createClientStore } from './client-store.ts'
import { createCredentialStore } from './credential-store.ts'
import type { Database } from './database.ts'
import { createDeliveryStore } from './delivery-store.ts'
import { createExecutionStore } from './execution-store.ts'
import { createIdempotencyStore } from './idempotency-store.ts'
import { createInstallationStore } from './installation-store.ts'
import { createKeyStore } from './key-store.ts'
import { createQueryStore } from './query-store.ts'
import { createReportStore } from './report-store.ts'
import { whyOutdated } from './migrations/why-outdated.ts'
import type { ChangeMark } from './remember-reads.ts'
import type { SharedDatabase } from './shared-database.ts'
import { createStrayLeases } from './stray-leases.ts'
import { createUsedLinks } from './used-links.ts'
import { createUserStore } from './user-store.ts'

/** Every store of an installation, on one database. */
export interface Stores {
  readonly queries: QueryStore
  readonly reports: ReportStore
  readonly executions: ExecutionStore
  readonly artifacts: ArtifactStore
  readonly usedLinks: UsedLinks
  readonly deliveries: DeliveryStore
  readonly clients: ClientStore
  readonly credentials: CredentialStore
  readonly users: UserStore
  readonly audit: AuditLog
  readonly keys: KeyStore
  readonly installation: InstallationStore
  readonly idempotency: IdempotencyStore
  readonly strayLeases: StrayLeases
  /** Null where the database is a file of this machine: its clock is the machine's, and nobody is told. */
  readonly shared: SharedDatabase | null
  /** Why this Almanac may not work with the schema any more, in words, when a newer one has changed it since; else null. */
  whyOutdated(): Promise<string | null>
  /** Lets the transaction that runs finish, then closes the database. What is asked for later is refused. */
  close(): Promise<void>
}

/** What an adapter may have beside the statements. */
export interface AdapterParts {
  readonly changeMark?: ChangeMark
  readonly shared?: SharedDatabase
}

/** The stores on a database whose schema is up to date. */
export function createStores(db: Kysely<Database>, { changeMark, shared }: AdapterParts = {}): Stores {
  return {
    queries: createQueryStore(db),
    reports: createReportStore(db),
    executions: createExecutionStore(db, changeMark),
    artifacts: createArtifactStore(db),
    usedLinks: createUsedLinks(db),
    deliveries: createDeliveryStore(db),
    clients: createClientStore(db),
    credentials: createCredentialStore(db),
    users: createUserStore(db),
    audit: createAuditLog(db),
    keys: createKeyStore(db),
    installation: createInstallationStore(db),
    idempotency: createIdempotencyStore(db),
    strayLeases: createStrayLeases(db),
    shared: shared ?? null,
    whyOutdated: () => whyOutdated(db),
    close: () => db.destroy(),
  }
}
