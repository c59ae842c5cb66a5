/** A query that an account keeps. A report copies its text, so deleting the query never breaks a report. */
export interface SavedQuery {
  readonly id: string
  readonly accountId: string
  readonly program: string
  readonly clientId: string
  /** What the API shows as `user`: the id of the client that made it. */
  readonly user: string
  readonly name: string
  readonly description: string | null
  readonly text: string
  readonly createdAt: number
}

/** A query as it is shown: the account's own or one of the catalog's. */
export interface ListedQuery {
  readonly id: string
  readonly name: string
  readonly description: string | null
  readonly text: string
  readonly type: 'userDefined' | 'system'
  readonly user: string
  readonly createdAt: number
}
