import { access } from 'node:fs/promises'
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

/** Whether there is complete sample data: its manifest is written last. */
export async function hasSample(folder: string): Promise<boolean> {
  return access(join(folder, 'sample.json')).then(
    () => true,
    () => false,
  )
}
