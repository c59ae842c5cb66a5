import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import type { Catalog } from '../datasets/catalog.ts'
import { toWireTime } from '../kernel/hours.ts'
import { createWorld } from './create-world.ts'
import { sampleAccounts } from './sample-accounts.ts'
import type { SampleAccount } from './sample-accounts.ts'
import { writeSampleFile } from './write-sample-file.ts'
import type { SampleFile } from './write-sample-file.ts'

export interface SampleInput {
  readonly catalog: Catalog
  /** The datasets folder: a dataset's file lies in it where its source pattern looks. Made if need be. */
  readonly outFolder: string
  /** How many accounts share the rows, by a power law. */
  readonly accounts: number
  /** Rows of usage; the other datasets grow with it. */
  readonly usageRows: number
  readonly seed: number
  /** Epoch ms; the rows end there and begin three years before. */
  readonly referenceAt: number
  /** Called after each file. */
  readonly onProgress?: (progress: SampleProgress) => void
}

export interface SampleProgress {
  readonly file: SampleFile
  /** Files written so far, this one included, of how many. */
  readonly done: number
  readonly of: number
}

/** What was generated; stands beside the data as `sample.json`. */
export interface SampleManifest {
  readonly seed: number
  readonly usageRows: number
  /** `yyyy-MM-ddTHH:mm:ssZ` */
  readonly referenceTime: string
  readonly accounts: readonly SampleAccount[]
  readonly files: readonly SampleFile[]
}

// Several threads may put the groups of rows of a file in another order (seen with two, in a third of the runs).
const threads = '1'

/**
 * Writes sample data for each dataset of the catalog that declares how (`sample`), and `sample.json`. The same
 * arguments give the same bytes, and references hold across datasets. Takes about six seconds for a million usage rows
 * on an idle core. Throws a `RangeError` for numbers that make no world; a file is written whole or not at all.
 */
export async function generateSample(input: SampleInput): Promise<SampleManifest> {
  refuseOddNumbers(input)
  const outFolder = resolve(input.outFolder)
  const accounts = sampleAccounts(input.seed, input.accounts)
  const spillFolder = join(outFolder, '.spill')
  await mkdir(outFolder, { recursive: true })

  const database = await DuckDBInstance.create(':memory:', { threads, temp_directory: spillFolder })
  try {
    const connection = await database.connect()
    await createWorld(connection, { ...input, accounts })
    const wanted = input.catalog.programs
      .flatMap((program) => input.catalog.datasetsOf(program))
      .flatMap((dataset) => (dataset.sample === undefined ? [] : [{ dataset, sample: dataset.sample }]))
    const files: SampleFile[] = []
    for (const { dataset, sample } of wanted) {
      const file = await writeSampleFile(connection, dataset, sample, outFolder)
      files.push(file)
      input.onProgress?.({ file, done: files.length, of: wanted.length })
    }
    connection.closeSync()
    return await writeManifest(outFolder, input, accounts, files)
  } finally {
    database.closeSync()
    await rm(spillFolder, { recursive: true, force: true })
  }
}

function refuseOddNumbers({ accounts, usageRows, seed, referenceAt }: SampleInput): void {
  const isWhole = (value: number, least: number): boolean => Number.isSafeInteger(value) && value >= least
  if (!isWhole(accounts, 1)) throw new RangeError(`accounts must be a whole number from 1, not ${accounts}`)
  if (!isWhole(usageRows, 1)) throw new RangeError(`usageRows must be a whole number from 1, not ${usageRows}`)
  if (!isWhole(seed, 0)) throw new RangeError(`seed must be a whole number from 0, not ${seed}`)
  if (!isWhole(referenceAt, 0)) throw new RangeError(`referenceAt must be epoch milliseconds, not ${referenceAt}`)
}

async function writeManifest(
  outFolder: string,
  { seed, usageRows, referenceAt }: SampleInput,
  accounts: readonly SampleAccount[],
  files: readonly SampleFile[],
): Promise<SampleManifest> {
  const manifest: SampleManifest = { seed, usageRows, referenceTime: toWireTime(referenceAt), accounts, files }
  // Last, and renamed into place: who finds it finds complete data.
  await writeFile(join(outFolder, 'sample.json.partial'), `${JSON.stringify(manifest, null, 2)}\n`)
  await rename(join(outFolder, 'sample.json.partial'), join(outFolder, 'sample.json'))
  return manifest
}
