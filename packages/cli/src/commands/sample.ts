import type { Command } from 'commander'
import type { CommandContext } from '../command-context.ts'
import { makeSample } from '../make-sample.ts'
import { addSampleOptions, type SampleFlags } from '../sample-options.ts'
import { UsageError } from '../usage-error.ts'

interface Flags extends SampleFlags {
  readonly out: string
  readonly catalog?: string
  readonly until: string
}

// Fixed, so that the same command gives the same bytes on any day; late enough for LAST_MONTH to have rows for a while.
const defaultUntil = '2027-01-01T00:00:00Z'

/** `almanac sample`. */
export function addSample(program: Command, context: CommandContext): void {
  addSampleOptions(program.command('sample'), { accounts: 20 })
    .description('write made-up data for the datasets of a catalog; the same arguments give the same bytes')
    .option('-o, --out <folder>', 'datasets folder to write to', './data/datasets')
    .option('--catalog <folder>', 'catalog to write data for. Default: the one that ships')
    .option('--until <time>', 'where the three years of rows end, UTC', defaultUntil)
    .action(async ({ out, catalog, until, ...wanted }: Flags) => {
      await makeSample(context, {
        ...wanted,
        outFolder: out,
        catalogFolder: catalog ?? null,
        referenceAt: instantOf(until),
      })
    })
}

function instantOf(text: string): number {
  const at = /^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\dZ)?$/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(at)) throw new UsageError(`--until takes a time such as 2026-03-02T00:00:00Z, not ${text}.`)
  return at
}
