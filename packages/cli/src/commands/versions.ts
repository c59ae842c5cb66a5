import type { Command } from 'commander'
import { formatBytes } from '../amounts.ts'
import type { CommandContext } from '../command-context.ts'
import { wholeNumber } from '../number-option.ts'
import { formatTable } from '../table.ts'

interface Flags {
  readonly activate?: number
  readonly program?: string
  readonly config?: string
  readonly data?: string
  readonly json?: boolean
}

/** `almanac versions <dataset>`: what was loaded into it, and going back to an earlier load. */
export function addVersions(program: Command, { output }: CommandContext): void {
  program
    .command('versions')
    .description("list the loaded versions of a dataset in this machine's data folder")
    .argument('<dataset>')
    .option('--activate <number>', 'put this version in force again', wholeNumber(1, Number.MAX_SAFE_INTEGER))
    .option('--program <name>', 'program of the catalog, where several have such a dataset')
    .option('-c, --config <file>', "the server's config file")
    .option('--data <folder>', 'its data folder (dataFolder)')
    .option('--json', 'print JSON')
    .action(async (dataset: string, { activate, program: programName, config, data, json }: Flags) => {
      const { activateDataVersion, listDataVersions, loadSettings } = await import('@almanac/server')
      const settings = await loadSettings({ configFile: config ?? null, overrides: { dataFolder: data } })
      const named = { program: programName ?? null, dataset }
      if (activate !== undefined) {
        const version = await activateDataVersion(settings, { ...named, number: activate })
        return json === true ? output.json(version) : output.line(`${version.dataVersion} is in force.`)
      }
      const versions = await listDataVersions(settings, named)
      if (json === true) return output.json(versions)
      const rows = versions.map((version) => [
        version.inForce ? '*' : '',
        version.version,
        version.dataVersion,
        version.createdTime,
        version.mode,
        version.rows,
        version.accounts,
        formatBytes(version.sizeBytes),
        version.loadedBy,
        version.files.join(' '),
      ])
      output.line(formatTable(['', 'version', 'id', 'loaded', 'mode', 'rows', 'accounts', 'size', 'by', 'files'], rows))
    })
}
