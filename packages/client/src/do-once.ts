/** For a call that does something new each time. */
export interface DoOnce {
  /**
   * A name that no other request has, such as `crypto.randomUUID()`: to be sure after a broken connection, send the same
   * call under the same name again. It is done once, and answered alike, for 24 hours. The real service ignores it.
   */
  readonly idempotencyKey?: string
  readonly signal?: AbortSignal
}
