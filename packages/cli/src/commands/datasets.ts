import type { Command } from 'commander'
import type { CommandContext } from '../command-context.ts'
import { addConnectionOptions, connect, type ConnectionFlags } from '../connection.ts'
import { formatTable } from '../table.ts'
import { UsageError } from '../usage-error.ts'

interface Flags extends ConnectionFlags {
  readonly json?: boolean
}

/** `almanac datasets [name]`. */
export function addDatasets(program: Command, { output }: CommandContext): void {
  addConnectionOptions(program.command('datasets'))
    .description('list the datasets, or show the columns of one')
    .argument('[name]', 'a dataset')
    .option('--json', 'print JSON')
    .action(async (name: string | undefined, flags: Flags) => {
      const datasets = await connect(flags).datasets.list(name === undefined ? {} : { name })
      if (name !== undefined && datasets.length === 0) throw new UsageError(`There is no dataset ${name}.`)
      if (flags.json === true) return output.json(datasets)
      const [dataset] = datasets
      if (name === undefined || dataset === undefined) {
        const rows = datasets.map((each) => [
          each.datasetName,
          each.selectableColumns.length,
          each.availableMetrics.length,
          each.availableDateRanges.join(' '),
        ])
        return output.line(formatTable(['dataset', 'columns', 'metrics', 'TIMESPAN'], rows))
      }
      output.line(`TIMESPAN: ${dataset.availableDateRanges.join(', ') || 'none'}`)
      output.line(`Shortest interval: ${dataset.minimumRecurrenceInterval} h`)
      output.line()
      const names = [
        ...dataset.selectableColumns.map((column) => [column, 'column']),
        ...dataset.availableMetrics.map((metric) => [metric, 'metric']),
      ]
      output.line(formatTable(['name', 'kind'], names))
    })
}
