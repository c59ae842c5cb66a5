/** Lengths of time in milliseconds. All arithmetic on instants is on UTC epoch milliseconds, so an hour is an hour. */
export const secondMs = 1_000
export const minuteMs = 60 * secondMs
export const hourMs = 60 * minuteMs
export const dayMs = 24 * hourMs

/** `2024-01-06T05:38:34Z`: UTC, whole seconds, as the wire and the manifest show an instant. */
export function toWireTime(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`
}
