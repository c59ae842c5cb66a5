/** Says what must be true here, whatever a caller sends. A failure is a bug of ours: 500, the detail in the log only. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`Invariant broken: ${message}`)
}
