export { apiVersions, type ApiVersion, type PerVersion } from './versions.ts'
export type {
  Content,
  FieldsBody,
  FileBody,
  Method,
  Operation,
  RequestBody,
  ResponseContract,
  Role,
} from './operation.ts'
export { operations, type OperationId } from './operations/all.ts'
export { openApiDocument } from './openapi.ts'
export type { Detail, ErrorBody } from './schemas/error.ts'
export type { Envelope, ErrorEnvelope } from './schemas/envelope.ts'
export type { DatasetItem, ExpandedDataset } from './schemas/dataset.ts'
export type {
  AccountFields,
  AccountItem,
  AddedSecretItem,
  CertificateItem,
  ClientFields,
  ClientItem,
  KeyItem,
  PutClientItem,
  SecretItem,
} from './schemas/access.ts'
export type { AuditItem, AuditVerdictItem } from './schemas/audit.ts'
export type { DataVersionItem } from './schemas/data-version.ts'
export type { NewQuery, PreviewRow, QueryItem } from './schemas/query.ts'
export type {
  NewReportV1,
  NewReportV11,
  ReportUpdateV1,
  ReportUpdateV11,
  ReportV1,
  ReportV11,
} from './schemas/report.ts'
export type { ExecutionStatus, ExecutionV1, ExecutionV11, FailureReason } from './schemas/execution.ts'
export type { CallbackItem } from './schemas/callback.ts'
export type { ClockItem, ClockMove } from './schemas/clock.ts'
export type { ReportEventItem } from './schemas/report-event.ts'
export type { ManifestItem } from './schemas/manifest.ts'
export type {
  KeySet,
  OpenIdConfiguration,
  TokenAnswer,
  TokenAnswerV2,
  TokenError,
  TokenRequest,
  TokenRequestV2,
} from './schemas/token.ts'
export type { Static, TObject, TSchema } from 'typebox'
