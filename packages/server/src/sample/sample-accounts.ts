import { createHash } from 'node:crypto'
import words from './words.json' with { type: 'json' }

/** A publisher of the sample world: whose rows some of the data are. */
export interface SampleAccount {
  readonly id: string
  readonly name: string
}

/** The first `count` accounts of a sample world; the first is the biggest. */
export function sampleAccounts(seed: number, count: number): readonly SampleAccount[] {
  return Array.from({ length: count }, (_, n) => ({ id: sampleAccountId(seed, n), name: sampleAccountName(seed, n) }))
}

/**
 * The id of account `n` (from 0): text in the form of a version 4 UUID, the same for the same arguments on every
 * machine, so that a demo can create its accounts before or after their data.
 */
export function sampleAccountId(seed: number, n: number): string {
  const digest = createHash('sha256').update(`almanac sample account ${seed}/${n}`).digest('hex')
  return [
    digest.slice(0, 8),
    digest.slice(8, 12),
    `4${digest.slice(13, 16)}`,
    `a${digest.slice(17, 20)}`,
    digest.slice(20, 32),
  ].join('-')
}

/** The name of account `n` (from 0): a made-up publisher; past the end of the list they are numbered. */
export function sampleAccountName(seed: number, n: number): string {
  const { publishers } = words
  const name = publishers[(n + Math.abs(seed)) % publishers.length] ?? ''
  const round = Math.floor(n / publishers.length)
  return round === 0 ? name : `${name} ${round + 1}`
}
