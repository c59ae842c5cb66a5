import type { Profile } from '@almanac/query'
import type { FastifyBaseLogger } from 'fastify'
import type { AuditLog } from '../access/audit-log.ts'
import type { ClientStore } from '../access/client-store.ts'
import type { CredentialStore } from '../access/credential-store.ts'
import type { IssueTokenDeps } from '../access/issue-token.ts'
import type { KeyStore } from '../access/key-store.ts'
import type { ArtifactStore } from '../artifacts/artifact-store.ts'
import type { BlobStore } from '../artifacts/blob-store.ts'
import type { LinkKeys } from '../artifacts/link-keys.ts'
import type { StoreLinks } from '../artifacts/store-links.ts'
import type { UsedLinks } from '../artifacts/used-links.ts'
import type { DeliveryStore } from '../callbacks/delivery-store.ts'
import type { Settings } from '../config/settings.ts'
import type { Catalog } from '../datasets/catalog.ts'
import type { DataSource } from '../datasets/data-version.ts'
import type { QueryEngine } from '../datasets/query-engine.ts'
import type { ExecutionStore } from '../executions/execution-store.ts'
import type { IdempotencyStore } from '../idempotency/idempotency-store.ts'
import type { Clock } from '../kernel/clock.ts'
import type { NewId } from '../kernel/ids.ts'
import type { QueryStore } from '../queries/query-store.ts'
import type { BlobRemover } from '../reports/blob-remover.ts'
import type { CallbackPolicy } from '../reports/read-callback.ts'
import type { ReportStore } from '../reports/report-store.ts'
import type { VerifyToken } from './authentication.ts'
import type { LoadDatasetRouteDeps } from './routes/load-dataset.ts'
import type { RequestAnswered } from './request-log.ts'
import type { Certificate } from './tls/certificate.ts'
import type { TestClock } from './routes/clock.ts'
import type { Readiness } from './routes/health.ts'

/** What the door needs of the house: the ports that use cases work on, who checks tokens, and the settings in force. */
export interface HttpDeps {
  readonly catalog: Catalog
  readonly queries: QueryStore
  readonly reports: ReportStore
  readonly executions: ExecutionStore
  readonly idempotency: IdempotencyStore
  readonly deliveries: DeliveryStore
  /** Called when a callback is to be sent; wakes the courier. Returns at once. */
  readonly deliveryOwed: () => void
  readonly artifacts: ArtifactStore
  readonly blobs: BlobStore
  /** What makes links that lead to the store of files; null where links lead here. */
  readonly storeLinks: StoreLinks | null
  readonly data: DataSource
  /** What loads of datasets need, which have an engine of their own and the machine's clock. */
  readonly loads: LoadDatasetRouteDeps
  /** Runs previews; the engine that exports is another one. */
  readonly engine: QueryEngine
  readonly clock: Clock
  /** Real time, also where `clock` can be moved. */
  readonly machineClock: Clock
  /** What lets the clock be moved; null where it is the machine's. */
  readonly testClock: TestClock | null
  readonly newId: NewId
  readonly verifyToken: VerifyToken
  /** What the built-in issuer of tokens needs. */
  readonly tokens: IssueTokenDeps
  /** Whether the built-in issuer is in use: otherwise it has no addresses. */
  readonly issuesTokens: boolean
  readonly linkKeys: LinkKeys
  readonly usedLinks: UsedLinks
  /** Whether a client is known and disabled, by itself or with its account. */
  readonly isKeptOut: (clientId: string) => Promise<boolean>
  /** Who may come in, and by what: for administrators. */
  readonly clients: ClientStore
  readonly credentials: CredentialStore
  readonly keys: KeyStore
  /** What is done by administrators, and what is deleted. */
  readonly audit: AuditLog
  /** Called when a report and its first execution have been stored; wakes the worker. Returns at once. */
  readonly reportStored: () => void
  /** Called when a report is gone; a run of it that is under way in this process stops. Returns at once. */
  readonly reportDeleted: (reportId: string) => void
  /** Removes files that no row names any more. */
  readonly removeBlobs: BlobRemover
  /** Counts answers. Returns at once. */
  readonly requestAnswered: RequestAnswered
  /** Resolves when the store answers; what it fails with goes to the log. */
  readonly checkHealth: () => Promise<void>
  /** What a server needs to do its work, each part asked now. */
  readonly checkReadiness: () => Promise<Readiness>
  readonly log: FastifyBaseLogger
  readonly profile: Profile
  readonly limits: Settings['limits']
  readonly links: Settings['links']
  readonly trustProxy: Settings['listen']['trustProxy']
  readonly allowedOrigins: readonly string[]
  /** What the server proves itself with; null: no TLS. */
  readonly certificate: Certificate | null
  readonly callbackPolicy: CallbackPolicy
  /** What the outside world calls this server, without a final slash. Asked late: with port 0 it is known on listening. */
  readonly publicUrl: () => string
}
