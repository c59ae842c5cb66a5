/** Whose an object is: the account it belongs to, and the client that acts for it. Use cases are handed one. */
export interface Owner {
  readonly accountId: string
  readonly clientId: string
  /** The id that the API shows as `user`. */
  readonly user: string
}
