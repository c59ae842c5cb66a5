/** A number from 0 (included) to 1 (excluded). Handed in, so that a test knows what is drawn. */
export type Random = () => number

/** `pauseMs` spread by up to ±20 %, so that what failed together doesn't come back together. */
export function jittered(pauseMs: number, random: Random): number {
  return Math.round(pauseMs * (0.8 + 0.4 * random()))
}
