import { leavesFolder } from '../data-folder.ts'
import type { DeclaredColumn, DeclaredDataset } from './declared.ts'
import { metricType } from './metric-type.ts'
import { aggregateFunctions, parseAggregate } from './parse-aggregate.ts'
import type { YamlFile } from './read-yaml-file.ts'

type DatasetFile = YamlFile & { readonly data: DeclaredDataset }

/** What a schema can't say: whether the parts of a dataset fit each other. Complains about each that doesn't. */
export function checkDataset(yaml: DatasetFile): void {
  checkName(yaml)
  checkSource(yaml)
  checkNamesDiffer(yaml)
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

function checkSource({ data, complain }: DatasetFile): void {
  if (leavesFolder(data.source.pattern)) {
    complain(['source', 'pattern'], 'the pattern leaves the datasets folder: write it from there, without .. or a root')
  }
}

function checkNamesDiffer({ data, complain }: DatasetFile): void {
  const taken = new Map<string, string>()
  const take = (name: string, path: readonly (string | number)[]): void => {
    const other = taken.get(key(name))
    if (other === undefined) taken.set(key(name), name)
    else complain(path, `${name} is there already as ${other}; names match in any case, so each needs its own`)
  }
  data.columns.forEach(({ name }, index) => take(name, ['columns', index, 'name']))
  data.metrics?.forEach(({ name }, index) => take(name, ['metrics', index, 'name']))
  for (const alias of Object.keys(data.columnAliases ?? {})) take(alias, ['columnAliases', alias])
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
  }
}

function checkDates({ data, complain }: DatasetFile): void {
  const { dateColumn, dateRanges = [], defaultDateRange } = data
  const column = dateColumn === undefined ? undefined : findColumn(data, dateColumn)
  if (dateColumn !== undefined && column === undefined) complain(['dateColumn'], noSuchColumn(dateColumn))
  if (column !== undefined && column.type !== 'date' && column.type !== 'timestamp') {
    complain(['dateColumn'], `${column.name} is ${column.type}: TIMESPAN needs a date or a timestamp`)
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
  data.metrics?.forEach(({ aggregate: text }, index) => {
    const path = ['metrics', index, 'aggregate']
    const aggregate = parseAggregate(text)
    if (aggregate === undefined) {
      complain(path, `'${text}' can't be read: write ${aggregateFunctions.join(', ')} with a column, like sum(Hours)`)
      return
    }
    const column = findColumn(data, aggregate.column)
    if (column === undefined) complain(path, noSuchColumn(aggregate.column))
    else if (metricType(aggregate.function, column.type) === undefined) {
      complain(path, `${aggregate.function} needs numbers, ${column.name} is ${column.type}`)
    }
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
