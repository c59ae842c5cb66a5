import type { Command } from 'commander'
import { wholeNumber } from './number-option.ts'

/** What sample data there is to be. */
export interface SampleFlags {
  readonly rows: number
  readonly accounts: number
  readonly seed: number
}

/** Adds the flags that say what sample data is wanted; `when` begins their descriptions. */
export function addSampleOptions(command: Command, { accounts, when = '' }: SampleDefaults): Command {
  return command
    .option('--rows <number>', `${when}rows of usage; the other datasets grow with it`, wholeNumber(1, 1e10), 200_000)
    .option('--accounts <number>', `${when}accounts that share the rows`, wholeNumber(1, 1e6), accounts)
    .option('--seed <number>', `${when}the same seed gives the same data`, wholeNumber(0, 2 ** 31 - 1), 1)
}

interface SampleDefaults {
  readonly accounts: number
  readonly when?: string
}
