/** The command was called in a way that can't be followed; `message` says what to do. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
