/** One conversation with a coordinator. */
export interface TrinoTalk {
  readonly base: URL
  /** Credentials. */
  readonly headers: Readonly<Record<string, string>>
  readonly signal: AbortSignal
  /** An address that Trino gave, at the coordinator that we know: behind a proxy it may call itself otherwise. */
  readonly at: (uri: string) => URL
}
