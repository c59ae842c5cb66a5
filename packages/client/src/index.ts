export { AlmanacError, type ClientErrorCode } from './almanac-error.ts'
export type { Administration } from './administration.ts'
export { createClient, type AlmanacClient, type ClientOptions, type ConnectionOptions } from './create-client.ts'
export type { ServerClock } from './clock.ts'
export type { DataVersions, LoadOptions } from './data-versions.ts'
export type { DatasetFilter, Datasets } from './datasets.ts'
export type { DoOnce } from './do-once.ts'
export type { Download, DownloadOptions, DownloadProgress } from './download.ts'
export type { ExecutionFilter, Executions } from './executions.ts'
export type { Queries, QueryFilter, TestInput } from './queries.ts'
export type { ReportFilter, Reports } from './reports.ts'
export type { Fetch } from './send.ts'
export { createSha256, type Sha256 } from './sha256.ts'
export { defaultResource, type CredentialOptions } from './token-source.ts'
export type { Verified } from './verified-stream.ts'
export type { Sleep, WaitOptions } from './wait-for-execution.ts'
export type {
  Account,
  AccountFields,
  AddedSecret,
  AuditLine,
  AuditVerdict,
  Callback,
  ClientCertificate,
  ClientFields,
  ClientSecret,
  ClockReading,
  DataVersion,
  Dataset,
  Execution,
  ExpandedDataset,
  Manifest,
  NewQuery,
  NewReport,
  PutClient,
  Query,
  RegisteredClient,
  Report,
  ReportEvent,
  ReportUpdate,
  SigningKey,
} from './wire-types.ts'
export type { Detail, ExecutionStatus, FailureReason, PreviewRow } from '@almanac/api'
