import type { Role } from './caller.ts'

/** An account: the publisher whose data it is. One tenant. */
export interface Account {
  readonly id: string
  readonly name: string
  readonly createdAt: number
  /** Since when none of its clients is let in; null: they are. */
  readonly disabledAt: number | null
}

/** A client: an app registration of an account. What it proves itself by are its secrets and certificates. */
export interface Client {
  readonly id: string
  readonly accountId: string
  readonly name: string
  /** The id that the API shows as `user`: digits, as the documents show it. */
  readonly user: string
  readonly roles: readonly Role[]
  /** Signs the client's callbacks (Standard Webhooks, `whsec_…`). Kept in clear: it has to sign. */
  readonly webhookSecret: string
  readonly createdAt: number
  readonly disabledAt: number | null
  /** Since when its account is disabled. */
  readonly accountDisabledAt: number | null
}

/** Whether a client is kept out, by itself or with its account. */
export function isDisabled({ disabledAt, accountDisabledAt }: Client): boolean {
  return disabledAt !== null || accountDisabledAt !== null
}
