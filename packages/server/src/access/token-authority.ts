/** Who issues tokens that are accepted here: this installation itself, or an issuer that it trusts. */
export interface TokenAuthority {
  /** Whether tokens that say to be of `issuer` are for it to judge. */
  issues(issuer: string): boolean
  /** Raises `unauthorized`, and `issuer_unavailable` while nobody can tell. */
  verify(token: string): Promise<VerifiedToken>
  /** Whether a token that was verified before is within its time. */
  isCurrent(token: VerifiedToken): boolean
  /** Whether the key of a token that was verified before is accepted still. */
  isKeyAccepted(token: VerifiedToken): Promise<boolean>
}

/** What a token says, once its signature and its claims were found good. Times in epoch milliseconds. */
export interface VerifiedToken {
  /** What its authority knows the key by that signed it. Null: it names none. */
  readonly keyId: string | null
  readonly clientId: string
  readonly accountId: string
  readonly roles: readonly string[]
  readonly notBeforeAt: number
  readonly expiresAt: number
  /** Who the client is, for a token of another issuer; null: clients of ours are known. */
  readonly introduction: Introduction | null
}

/** What another issuer says of its client. */
export interface Introduction {
  readonly issuer: string
  /** Its id there. */
  readonly client: string
}
