import type { Role } from './caller.ts'

/** An account: the publisher whose data it is. One tenant. */
export interface Account {
  readonly id: string
  readonly name: string
  readonly createdAt: number
}

/** A client: an app registration of an account. */
export interface Client {
  readonly id: string
  readonly accountId: string
  readonly name: string
  /** The id that the API shows as `user`: digits, as the documents show it. */
  readonly user: string
  readonly secretHash: string
  readonly roles: readonly Role[]
  /** Signs the client's callbacks (Standard Webhooks, `whsec_…`). Kept in clear: it has to sign. */
  readonly webhookSecret: string
  readonly createdAt: number
  readonly disabledAt: number | null
}
