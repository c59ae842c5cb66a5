import type { TObject, TSchema } from 'typebox'
import type { ApiVersion, PerVersion } from './versions.ts'

/** What a caller may do. `Admin` may do everything, `Reports.ReadWrite` everything with queries and reports. */
export type Role = 'Reports.Read' | 'Reports.ReadWrite' | 'Admin'

/** Roles of which one is enough: at least one. */
type SomeRoles = readonly [Role, ...(readonly Role[])]

export const readers: SomeRoles = ['Reports.Read', 'Reports.ReadWrite', 'Admin']
export const writers: SomeRoles = ['Reports.ReadWrite', 'Admin']
/** Who runs the installation. */
export const administrators: SomeRoles = ['Admin']

/**
 * No token is needed: what is asked for is public, or the request proves itself in another way. Said by this name only:
 * an empty list does not compile, so that nobody opens an operation by forgetting its roles.
 */
export const everyone = Object.assign([] as readonly Role[], { needsNoToken: true } as const)

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

/** A body or an answer of one media type, with an example of ours. */
export interface Content<Schema extends TSchema = TSchema> {
  readonly schema: PerVersion<Schema>
  readonly example?: PerVersion<unknown>
}

/** A body of named fields. */
export interface FieldsBody extends Content<TObject> {
  readonly mediaType: 'application/json' | 'application/x-www-form-urlencoded'
}

/** A body that is a file: it is passed on as it comes, and may be larger than memory. */
export interface FileBody {
  /** The first is the one that an example would have. */
  readonly mediaTypes: readonly string[]
  readonly description: string
}

export type RequestBody = FieldsBody | FileBody

export interface ResponseContract {
  readonly description: string
  /** Header name → what it says. */
  readonly headers?: Readonly<Record<string, string>>
  /** By media type; empty for an answer without a body. */
  readonly content: Readonly<Record<string, Content>>
}

/**
 * One operation of the wire contract. The server registers its route from it, the client takes its types from it, and
 * the OpenAPI document is printed from it.
 */
export interface Operation {
  readonly id: string
  readonly method: Method
  /** `{name}` stands for a parameter, `{version}` for the version. */
  readonly path: string
  readonly versions: readonly ApiVersion[]
  readonly tag: 'Datasets' | 'Queries' | 'Reports' | 'Executions' | 'Files' | 'Tokens' | 'Administration'
  readonly summary: string
  readonly description: string
  /** Any one of these is enough; for `everyone`, no token is. */
  readonly roles: SomeRoles | typeof everyone
  readonly params: TObject
  readonly query: TObject
  /** Request headers of this operation, beside those of all. */
  readonly headers?: TObject
  readonly body: RequestBody | null
  /** By status code. */
  readonly responses: Readonly<Record<string, ResponseContract>>
}
