import type { Command } from 'commander'
import type { Dataset, ExpandedDataset } from '@almanac/client'
import { grouped } from '../amounts.ts'
import type { CommandContext } from '../command-context.ts'
import { addConnectionOptions, connect, type ConnectionFlags } from '../connection.ts'
import { printable } from '../printable.ts'
import { formatTable } from '../table.ts'
import { UsageError } from '../usage-error.ts'

interface Flags extends ConnectionFlags {
  readonly json?: boolean
}

/** `almanac datasets [name]`. */
export function addDatasets(program: Command, { output }: CommandContext): void {
  addConnectionOptions(program.command('datasets'))
    .description('list the datasets, or show the columns of one, how fresh it is and how many rows you have')
    .argument('[name]', 'a dataset')
    .option('--json', 'print JSON')
    .action(async (name: string | undefined, flags: Flags) => {
      const { datasets } = connect(flags)
      if (name === undefined) {
        const all = await datasets.list()
        return flags.json === true ? output.json(all) : output.line(overview(all))
      }
      const found = await datasets.list({ name, expand: 'columns' })
      const [dataset] = found
      if (dataset === undefined) throw new UsageError(`There is no dataset ${name}.`)
      if (flags.json === true) return output.json(found)
      for (const line of facts(dataset)) output.line(printable(line))
      output.line()
      output.line(names(dataset))
    })
}

function overview(datasets: readonly Dataset[]): string {
  const rows = datasets.map((dataset) => [
    dataset.datasetName,
    dataset.selectableColumns.length,
    dataset.availableMetrics.length,
    dataset.availableDateRanges.join(' '),
  ])
  return formatTable(['dataset', 'columns', 'metrics', 'TIMESPAN'], rows)
}

function facts(dataset: ExpandedDataset): readonly string[] {
  const { datasetName, title, description, rowCount, dataVersion, dataVersionTime, dateColumn } = dataset
  const ranges = dataset.availableDateRanges.map((range) =>
    range === dataset.defaultDateRange ? `${range} (default)` : range,
  )
  return [
    `${datasetName}: ${title}`,
    ...(description === '' ? [] : [description]),
    `Rows:     ${rowCount === null ? 'not counted' : grouped(rowCount)}`,
    `Data:     ${dataVersion === null ? 'none yet' : `of ${dataVersionTime}, version ${dataVersion}`}`,
    `TIMESPAN: ${ranges.join(', ') || 'none'}${dateColumn === null ? '' : `, on ${dateColumn}`}`,
    `Shortest interval: ${dataset.minimumRecurrenceInterval} h`,
  ]
}

function names({ columns, metrics }: ExpandedDataset): string {
  const rows = [
    ...columns.map(({ name, type, description, values, booleanForms }) => [
      name,
      'column',
      type,
      (values ?? booleanForms ?? []).join(', '),
      description,
    ]),
    ...metrics.map(({ name, type, description }) => [name, 'metric', type, '', description]),
  ]
  return formatTable(['name', 'kind', 'type', 'values', 'description'], rows)
}
