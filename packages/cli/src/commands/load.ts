import { Option, type Command } from 'commander'
import { formatBytes, formatDuration, grouped } from '../amounts.ts'
import type { CommandContext } from '../command-context.ts'
import { createProgressBar } from '../progress-bar.ts'

interface Flags {
  readonly append?: boolean
  readonly replace?: boolean
  readonly program?: string
  readonly format?: 'csv' | 'tsv' | 'json' | 'parquet'
  readonly ignoreExtraColumns?: boolean
  readonly allowNoRows?: boolean
  readonly dryRun?: boolean
  readonly config?: string
  readonly data?: string
  readonly json?: boolean
}

/** `almanac load <dataset> <file…>`: works on the installation's folder, beside a server that may be running on it. */
export function addLoad(program: Command, context: CommandContext): void {
  program
    .command('load')
    .description("check files and load them into a dataset of this machine's data folder, all rows or none")
    .argument('<dataset>')
    .argument(
      '<file...>',
      'CSV, TSV, JSON (all but Parquet may be gzipped) or Parquet, with the columns of the dataset',
    )
    .option('--replace', 'in place of the rows that are there (the default)')
    .addOption(new Option('--append', 'beside the rows that are there').conflicts('replace'))
    .option('--program <name>', 'program of the catalog, where several have such a dataset')
    .addOption(
      new Option('--format <format>', 'what the files are. Default: as their names end').choices([
        'csv',
        'tsv',
        'json',
        'parquet',
      ]),
    )
    .option('--ignore-extra-columns', 'pass over columns that the dataset does not have')
    .option('--allow-no-rows', 'take files without rows')
    .option('--dry-run', 'check the files, and change nothing')
    .option('-c, --config <file>', "the server's config file")
    .option('--data <folder>', 'its data folder (dataFolder)')
    .option('--json', 'print JSON')
    .action((dataset: string, files: readonly string[], flags: Flags) => runLoad(context, dataset, files, flags))
}

async function runLoad(
  { output, now, interruption }: CommandContext,
  dataset: string,
  paths: readonly string[],
  flags: Flags,
): Promise<void> {
  const { loadData, loadSettings } = await import('@almanac/server')
  const settings = await loadSettings({
    configFile: flags.config ?? null,
    overrides: { dataFolder: flags.data },
  })
  const startedAt = now()
  const bar = createProgressBar(output, `load ${dataset}`, now)
  const { version, rowsRead } = await loadData(settings, {
    program: flags.program ?? null,
    dataset,
    paths,
    format: flags.format ?? null,
    mode: flags.append === true ? 'append' : 'replace',
    ignoreExtraColumns: flags.ignoreExtraColumns ?? false,
    allowNoRows: flags.allowNoRows ?? false,
    dryRun: flags.dryRun ?? false,
    signal: interruption(),
    onProgress: ({ phase, writtenBytes }) => bar.update(0, null, `${phase}, ${formatBytes(writtenBytes)}`),
  })
  const accounts =
    version.accounts === null ? '' : ` of ${grouped(version.accounts)} account${version.accounts === 1 ? '' : 's'}`
  bar.finish(
    `${grouped(rowsRead)} rows read, ${grouped(version.rows)}${accounts} ${version.inForce ? 'now' : 'would be'} there, ${formatBytes(version.sizeBytes)} (${formatDuration(now() - startedAt)})`,
  )
  if (flags.json === true) return output.json(version)
  output.line(
    version.inForce ? version.dataVersion : `${version.datasetName}: the files can be loaded; nothing was changed`,
  )
}
