import { parseMetric } from '@almanac/query'
import { checkSource } from './check-source.ts'
import type { DatasetFile, DeclaredColumn, DeclaredDataset } from './declared.ts'

/** What a schema can't say: whether the parts of a dataset fit each other. Complains about each that doesn't. */
export function checkDataset(yaml: DatasetFile): void {
  checkName(yaml)
  checkSource(yaml)
  checkNamesDiffer(yaml)
  checkValues(yaml)
  checkBooleans(yaml)
  checkAccount(yaml)
  checkDates(yaml)
  checkMetrics(yaml)
  checkAliases(yaml)
  checkSamples(yaml)
}

function checkName({ data, file, complain }: DatasetFile): void {
  if (file.name !== data.name) complain(['name'], `the file is called ${file.name}: give file and dataset one name`)
}

function checkNamesDiffer({ data, complain }: DatasetFile): void {
  const taken = new Map<string, string>()
  const take = (name: string, path: readonly (string | number)[]): void => {
    const other = taken.get(key(name))
    if (other === undefined) taken.set(key(name), name)
    else complain(path, `${name} is there already as ${other}; names match in any case, so each needs its own`)
  }
  data.columns.forEach(({ name }, index) => {
    take(name, ['columns', index, 'name'])
    if (!enginesOwnNames.has(key(name))) return
    complain(['columns', index, 'name'], `the engine calls the place of a row ${name}: call the column otherwise`)
  })
  data.metrics?.forEach(({ name }, index) => take(name, ['metrics', index, 'name']))
  for (const alias of Object.keys(data.columnAliases ?? {})) take(alias, ['columnAliases', alias])
}

// A column of that name would stand for the place, and no order of rows be total.
const enginesOwnNames: ReadonlySet<string> = new Set(['file_index', 'file_row_number', 'rowid'])

function checkValues({ data, complain }: DatasetFile): void {
  data.columns.forEach(({ name, type, values = [] }, index) => {
    if ((type === 'date' || type === 'timestamp') && values.length > 0) {
      complain(['columns', index, 'values'], `${name} is ${type}, no enumeration: remove values`)
    }
    values.forEach((value, place) => {
      const path = ['columns', index, 'values', place]
      if ((type === 'integer' || type === 'decimal') && !isNumber(type, value)) {
        complain(path, `'${value}' is no ${type}: correct it, or declare ${name} as string`)
      }
      const first = values.findIndex((other) => key(other) === key(value))
      if (first < place) complain(path, `'${value}' is there already as '${values[first]}'; values match in any case`)
    })
  })
}

function isNumber(type: 'integer' | 'decimal', value: string): boolean {
  return (type === 'integer' ? /^-?\d+$/ : /^-?\d+(\.\d+)?$/).test(value)
}

function checkBooleans({ data, complain }: DatasetFile): void {
  data.columns.forEach(({ name, type, booleanForms, values }, index) => {
    if (type === 'boolean' && booleanForms === undefined) {
      complain(['columns', index], `${name} is boolean: add booleanForms, false first, like ['No', 'Yes']`)
    }
    if (type !== 'boolean' && booleanForms !== undefined) {
      complain(['columns', index, 'booleanForms'], `${name} is ${type}: booleanForms are for booleans, remove them`)
    }
    if (type === 'boolean' && values !== undefined) {
      complain(['columns', index, 'values'], `${name} is boolean: its booleanForms are its values, remove values`)
    }
    if (booleanForms !== undefined && key(booleanForms[0]) === key(booleanForms[1])) {
      complain(['columns', index, 'booleanForms'], `the forms of ${name} are the same in any case: make them differ`)
    }
  })
}

function checkAccount({ data, complain }: DatasetFile): void {
  if (data.accountColumn === undefined) return
  const column = findColumn(data, data.accountColumn)
  if (column === undefined) complain(['accountColumn'], noSuchColumn(data.accountColumn))
  else if (column.type !== 'string') {
    complain(['accountColumn'], `${column.name} is ${column.type}: account ids are text, so it must be string`)
  } else if (column.hidden !== true) {
    const words = `${column.name} says whose row it is: add hidden: true, so that no query can name it`
    complain(['columns', data.columns.indexOf(column)], words)
  }
}

function checkDates({ data, complain }: DatasetFile): void {
  const { dateColumn, dateRanges = [], defaultDateRange, timespans } = data
  const column = dateColumn === undefined ? undefined : findColumn(data, dateColumn)
  if (dateColumn !== undefined && column === undefined) complain(['dateColumn'], noSuchColumn(dateColumn))
  if (column !== undefined && column.type !== 'date' && column.type !== 'timestamp') {
    complain(['dateColumn'], `${column.name} is ${column.type}: TIMESPAN needs a date or a timestamp`)
  }

  dateRanges.forEach((range, index) => {
    const first = dateRanges.findIndex((other) => key(other) === key(range))
    if (first < index) complain(['dateRanges', index], `${range} is offered twice: remove one`)
  })
  if (dateColumn === undefined && timespans !== undefined) {
    complain(['timespans'], 'without dateColumn there is no TIMESPAN to count: add one, or remove timespans')
  }
  const offers = (range: string): boolean => dateRanges.some((offered) => key(offered) === key(range))
  if (dateColumn === undefined && dateRanges.some((range) => key(range) !== 'lifetime')) {
    complain(['dateRanges'], 'without dateColumn there is nothing to filter: add one, or offer LIFETIME at most')
  }
  if (defaultDateRange !== undefined && !offers(defaultDateRange)) {
    complain(['defaultDateRange'], `${defaultDateRange} isn't among the dateRanges: add it there or choose another`)
  }
  if (dateColumn !== undefined && defaultDateRange === undefined && !offers('LAST_6_MONTHS')) {
    complain(['dateRanges'], 'LAST_6_MONTHS, the default elsewhere, is not offered: say which with defaultDateRange')
  }
}

function checkMetrics({ data, complain }: DatasetFile): void {
  data.metrics?.forEach(({ aggregate }, index) => {
    const parsed = parseMetric(aggregate, data.columns)
    if (parsed.ok) return
    const place = aggregate.length < 20 ? '' : ` (at character ${parsed.offset + 1})`
    complain(['metrics', index, 'aggregate'], `'${aggregate}' can't be read${place}: ${parsed.message}`)
  })
}

function checkAliases({ data, complain }: DatasetFile): void {
  for (const [alias, target] of Object.entries(data.columnAliases ?? {})) {
    const isMetric = data.metrics?.some(({ name }) => key(name) === key(target)) ?? false
    const column = findColumn(data, target)
    if (column === undefined && !isMetric) {
      complain(['columnAliases', alias], `${target} is neither a column nor a metric of the dataset`)
    }
    // A query could name the account column through it, and so read or compare whose row it is.
    if (column?.hidden === true && key(target) === key(data.accountColumn ?? '')) {
      complain(['columnAliases', alias], `${target} is the hidden account column: it can't have an alias`)
    }
  }
}

function checkSamples({ data, complain }: DatasetFile): void {
  if (data.sample !== undefined && data.source.format !== 'parquet') {
    complain(
      ['sample'],
      `sample rows are written as Parquet, and the source is ${data.source.format}: change it, or remove sample`,
    )
  }
  data.columns.forEach(({ name, sample }, index) => {
    if (data.sample !== undefined && sample === undefined) {
      complain(['columns', index], `${name} needs a sample, since the dataset has one ('NULL' for no values)`)
    }
    if (data.sample === undefined && sample !== undefined) {
      complain(['columns', index, 'sample'], 'the dataset has no sample.rows: add it, or remove the column samples')
    }
  })
}

function findColumn({ columns }: DeclaredDataset, name: string): DeclaredColumn | undefined {
  return columns.find((column) => key(column.name) === key(name))
}

function noSuchColumn(name: string): string {
  return `the dataset has no column ${name}: correct the name, or declare the column (it may be hidden)`
}

function key(name: string): string {
  return name.toLowerCase()
}
