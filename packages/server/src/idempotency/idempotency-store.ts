/** A request that names an Idempotency-Key. */
export interface KeyedRequest {
  readonly clientId: string
  readonly key: string
  /** Lower-case hex; differs when operation or body differ. */
  readonly fingerprint: string
  readonly now: number
  /** Who began to serve it and has not answered by then has died, and the next request serves it anew. */
  readonly leaseEndsAt: number
  /** Keys that began before this are forgotten. */
  readonly forgetBeforeAt: number
}

export type Beginning =
  | { readonly kind: 'begun'; readonly begunAt: number }
  /** Begun once before, at `begunAt`, by a process that died: it may have done its work, or not. */
  | { readonly kind: 'begun_again'; readonly begunAt: number }
  /** The body that the first request was answered with. */
  | { readonly kind: 'answered'; readonly answer: string }
  | { readonly kind: 'mismatch' }
  | { readonly kind: 'in_progress' }

/** Port: remembers which keyed requests were served, and with what answer. */
export interface IdempotencyStore {
  /** Takes the key for this request, or says what became of the one that has it. One transaction. */
  begin(request: KeyedRequest): Promise<Beginning>
  /** Moves the end of the lease of a key whose request is being served. */
  renew(clientId: string, key: string, leaseEndsAt: number): Promise<void>
  finish(clientId: string, key: string, answer: string): Promise<void>
  /** Frees a key whose request was refused: nothing was done. */
  release(clientId: string, key: string): Promise<void>
}
