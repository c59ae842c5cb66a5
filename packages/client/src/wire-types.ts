import type {
  AccountFields as AccountRequest,
  AccountItem,
  AddedSecretItem,
  AuditItem,
  AuditVerdictItem,
  CallbackItem,
  CertificateItem,
  ClientFields as ClientRequest,
  ClientItem,
  ClockItem,
  DataVersionItem,
  DatasetItem,
  ExpandedDataset as ExpandedDatasetItem,
  ExecutionV1,
  ExecutionV11,
  KeyItem,
  ManifestItem,
  NewQuery as NewQueryFields,
  NewReportV11,
  PutClientItem,
  QueryItem,
  ReportEventItem,
  ReportUpdateV11,
  ReportV1,
  ReportV11,
  SecretItem,
} from '@almanac/api'

// The contract's own types, by the names that a user of the client looks for.

export type Dataset = DatasetItem
/** A dataset with all that a query's author wants to know of it. */
export type ExpandedDataset = ExpandedDatasetItem
export type Query = QueryItem
export type Manifest = ManifestItem
export type ReportEvent = ReportEventItem
export type Callback = CallbackItem
export type ClockReading = ClockItem
export type DataVersion = DataVersionItem
export type Account = AccountItem
export type RegisteredClient = ClientItem
/** With the secret of its callbacks, when it was made just now. */
export type PutClient = PutClientItem
export type ClientSecret = SecretItem
/** With the secret in clear, this one time. */
export type AddedSecret = AddedSecretItem
export type ClientCertificate = CertificateItem
export type SigningKey = KeyItem
export type AuditLine = AuditItem
export type AuditVerdict = AuditVerdictItem

/** A report. What only v1.1 shows is absent when the base URL is one of v1. */
export type Report = ReportV1 & Partial<ReportV11>
/** An execution. What only v1.1 shows is absent when the base URL is one of v1. */
export type Execution = ExecutionV1 & Partial<ExecutionV11>

/** The documents write the fields of a request in Pascal case; here they are as in answers, in lower camel. */
type LowerCamel<Fields> = { readonly [Name in keyof Fields as Uncapitalize<Name & string>]: Fields[Name] }

export type AccountFields = LowerCamel<AccountRequest>
export type ClientFields = LowerCamel<ClientRequest>
export type NewQuery = LowerCamel<NewQueryFields>
export type NewReport = LowerCamel<NewReportV11>
/** What a report can be changed in; what is left out stays, `null` clears. */
export type ReportUpdate = LowerCamel<ReportUpdateV11>
