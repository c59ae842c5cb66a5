import type { Column, Relation } from '@almanac/query'
import type { CatalogDataset } from '../datasets/dataset.ts'
import type { Reader } from '../infer/open-reader.ts'
import { sqlName, sqlText } from '../infer/sql-text.ts'
import { describeConversion } from './describe-conversion.ts'
import type { FileFindings } from './findings.ts'
import { groupsOf } from './groups-of.ts'
import { isNameable, readAllColumns } from './read-all-columns.ts'

export interface Scanned {
  /** One of the accounts that have rows; empty when there are no rows, or no account column. */
  readonly someAccount: string
}

/**
 * Reads every value of every declared column as its type and complains about what can't be read, what would be read
 * wrongly, and rows that nobody would see. `undefined` when something can't be read.
 */
export async function scanValues(
  reader: Reader,
  dataset: CatalogDataset,
  relation: Relation,
  findings: FileFindings,
): Promise<Scanned | undefined> {
  const columns = dataset.columns.filter((column) => isNameable(dataset, column))
  const scan = { reader, dataset, relation, findings, columns }
  const filled = await countFilled(scan)
  if (filled === undefined) return undefined
  if (filled.rows === 0) {
    findings.note(['source'], `${dataset.name} has no rows yet`)
    return { someAccount: '' }
  }
  await checkMeaning(scan)
  checkDates(scan, filled)
  return { someAccount: await checkAccounts(scan, filled) }
}

interface Scan {
  readonly reader: Reader
  readonly dataset: CatalogDataset
  readonly relation: Relation
  readonly findings: FileFindings
  readonly columns: readonly Column[]
}

interface Filled {
  readonly rows: number
  readonly values: ReadonlyMap<string, number>
}

/** Counts the values of each column, which reads them all. If that fails, each column is asked by itself why. */
async function countFilled(scan: Scan): Promise<Filled | undefined> {
  const values = new Map<string, number>()
  let rows = 0
  for (const group of groupsOf(scan.columns)) {
    const counts = await count(scan, group).catch(() => undefined)
    if (counts === undefined) {
      for (const column of group) await tellWhy(scan, column)
      return undefined
    }
    rows = Number(counts['rows'])
    group.forEach(({ name }, index) => values.set(name, Number(counts[`filled_${index}`])))
  }
  return { rows, values }
}

async function count(
  { reader, dataset, relation }: Scan,
  columns: readonly Column[],
): Promise<Readonly<Record<string, unknown>>> {
  const counts = columns.map(({ name }, index) => `count(${sqlName(name)}) AS filled_${index}`)
  const [row = {}] = await reader.rows(
    `SELECT count(*) AS rows, ${counts.join(', ')} FROM (${readAllColumns(dataset, columns, relation)}) AS read_rows`,
  )
  return row
}

async function tellWhy(scan: Scan, column: Column): Promise<void> {
  try {
    await count(scan, [column])
  } catch (error) {
    const index = scan.dataset.columns.indexOf(column)
    scan.findings.complain(['columns', index, 'type'], describeConversion(column, error))
  }
}

/** Looks for what is read without an error, and yet not as it stands in the data. */
async function checkMeaning(scan: Scan): Promise<void> {
  const doubtful = scan.columns.flatMap((column) => doubtAbout(column) ?? [])
  for (const group of groupsOf(doubtful)) {
    const { reader, dataset, relation, findings } = scan
    const select = readAllColumns(
      dataset,
      group.map(({ readAs }) => readAs),
      relation,
    )
    const aggregates = group.map(({ readAs: { name }, condition }, index) => {
      const value = sqlName(name)
      return ['count', 'min', 'max'].map((name) => `${name}(${value}) FILTER (WHERE ${condition}) AS ${name}_${index}`)
    })
    const [seen = {}] = await reader.rows(`SELECT ${aggregates.flat().join(', ')} FROM (${select}) AS read_rows`)
    group.forEach((doubt, index) => {
      const rows = Number(seen[`count_${index}`])
      if (rows === 0) return
      const examples = [...new Set([seen[`min_${index}`], seen[`max_${index}`]].map(String))]
      doubt.tell(findings, dataset.columns.indexOf(doubt.column), rows, examples)
    })
  }
}

interface Doubt {
  readonly column: Column
  readonly readAs: Column
  /** SQL: true for a value that is told about. */
  readonly condition: string
  readonly tell: (findings: FileFindings, index: number, rows: number, examples: readonly string[]) => void
}

function doubtAbout(column: Column): Doubt | undefined {
  const { name, type, values } = column
  if (type === 'integer') {
    return {
      column,
      // As an integer a fraction is rounded without a word, in every format.
      readAs: { ...column, type: 'decimal' },
      condition: `strpos(${sqlName(name)}, '.') > 0`,
      tell({ complain }, index, rows, [example]) {
        const words = `${name} is integer, but ${rowsHave(rows)} fractions, like ${example}, and would be rounded`
        complain(['columns', index, 'type'], `${words}: declare it as decimal`)
      },
    }
  }
  if (type !== 'string' || values === undefined) return undefined
  const known = values.map((value) => sqlText(value.toLowerCase())).join(', ')
  return {
    column,
    readAs: column,
    condition: `lower(${sqlName(name)}) NOT IN (${known})`,
    tell({ note }, index, rows, examples) {
      const words = `${rowsHave(rows)} other values, like ${examples.map((value) => `'${value}'`).join(' and ')}`
      note(['columns', index, 'values'], `${words}: add what belongs there, so that messages and completion know it`)
    },
  }
}

function checkDates({ dataset, findings }: Scan, { rows, values }: Filled): void {
  const column = find(dataset, dataset.dateColumn)
  const without = column === undefined ? 0 : rows - (values.get(column.name) ?? rows)
  if (without === 0) return
  findings.note(
    ['dateColumn'],
    `${shown(without)} of ${shown(rows)} rows have no ${column?.name}: TIMESPAN never finds them`,
  )
}

/** Whose rows there are. Gives one of the accounts. */
async function checkAccounts({ reader, dataset, relation, findings }: Scan, { rows }: Filled): Promise<string> {
  const column = find(dataset, dataset.accountColumn)
  if (column === undefined || !isNameable(dataset, column)) return ''
  const name = sqlName(column.name)
  const [seen = {}] = await reader.rows(
    `SELECT
       count(*) FILTER (WHERE coalesce(${name}, '') = '') AS without,
       count(DISTINCT ${name}) AS accounts,
       count(DISTINCT lower(trim(${name}))) AS different_accounts,
       min(${name}) FILTER (WHERE ${name} <> '') AS example
     FROM (${readAllColumns(dataset, [column], relation)}) AS owners`,
  )
  if (Number(seen['without']) > 0) {
    findings.complain(
      ['accountColumn'],
      `${shown(seen['without'])} of ${shown(rows)} rows have no ${column.name}: nobody would see them. Fill it in, or leave them out of the data`,
    )
  }
  if (Number(seen['accounts']) > Number(seen['different_accounts'])) {
    findings.note(
      ['accountColumn'],
      `some accounts differ only in case or in blanks around them; ids are compared exactly, so these are different accounts`,
    )
  }
  return typeof seen['example'] === 'string' ? seen['example'] : ''
}

function find({ columns }: CatalogDataset, name: string | undefined): Column | undefined {
  return columns.find((column) => column.name.toLowerCase() === name?.toLowerCase())
}

function rowsHave(rows: number): string {
  return rows === 1 ? '1 row has' : `${shown(rows)} rows have`
}

function shown(count: unknown): string {
  return Number(count).toLocaleString('en-US')
}
