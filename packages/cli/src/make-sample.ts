import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { formatBytes, formatDuration, grouped } from './amounts.ts'
import type { CommandContext } from './command-context.ts'
import { createProgressBar } from './progress-bar.ts'
import type { SampleFlags } from './sample-options.ts'

export interface MakeSampleInput extends SampleFlags {
  readonly outFolder: string
  /** Null: the catalog that ships. */
  readonly catalogFolder: string | null
  /** Epoch milliseconds; the rows end there. */
  readonly referenceAt: number
}

/** Generates sample data and shows how far it has come. */
export async function makeSample({ output, now }: CommandContext, input: MakeSampleInput): Promise<void> {
  const { generateSample, loadCatalog, shippedCatalogFolder } = await import('@almanac/server')
  const startedAt = now()
  const bar = createProgressBar(output, 'sample data', now)
  bar.update(0, 1, `${grouped(input.rows)} rows of usage`)
  const { files } = await generateSample({
    catalog: await loadCatalog(input.catalogFolder ?? shippedCatalogFolder),
    outFolder: input.outFolder,
    accounts: input.accounts,
    usageRows: input.rows,
    seed: input.seed,
    referenceAt: input.referenceAt,
    onProgress: ({ file, done, of }) => bar.update(done, of, `${file.dataset}, ${grouped(file.rows)} rows`),
  })
  const rows = files.reduce((sum, file) => sum + file.rows, 0)
  const sizeBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0)
  bar.finish(
    `${files.length} datasets, ${grouped(rows)} rows, ${formatBytes(sizeBytes)} in ${input.outFolder} (${formatDuration(now() - startedAt)})`,
  )
}

/** Whether the folder has complete sample data of this kind: its manifest is written last. */
export async function hasSample(folder: string, { rows, accounts, seed }: SampleFlags): Promise<boolean> {
  try {
    const made = JSON.parse(await readFile(join(folder, 'sample.json'), 'utf8')) as Partial<MadeSample>
    return made.usageRows === rows && made.accounts?.length === accounts && made.seed === seed
  } catch {
    return false
  }
}

/** What `sample.json` says, as far as it matters here. */
interface MadeSample {
  readonly usageRows: number
  readonly accounts: readonly unknown[]
  readonly seed: number
}
