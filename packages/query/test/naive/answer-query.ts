import type { Dataset } from '../../src/index.ts'
import type { ConditionNode, QueryTree } from '../../src/syntax/tree.ts'
import { conditionOn } from './condition.ts'
import { fileForm } from './file-form.ts'
import { allColumns, meaningIn } from './meaning.ts'
import type { Meaning } from './meaning.ts'
import { metricOver } from './metric.ts'
import { sorted } from './order.ts'
import type { NaiveOrderKey } from './order.ts'
import type { NaiveRow, NaiveValue } from './row.ts'
import type { Rules } from './rules.ts'
import { timeRangeOf } from './time-range.ts'
import type { NaiveTimes } from './time-range.ts'

/** What a query is asked of, and for whom. */
export interface NaiveRun extends NaiveTimes {
  readonly dataset: Dataset
  /** All rows of the source, in the order of its files. */
  readonly rows: readonly NaiveRow[]
  /** Whether rows that an ORDER BY leaves equal keep the order of the files, or come in that of what is selected. */
  readonly ties: 'files' | 'selected'
  readonly accountId: string
  readonly rowLimit?: number
}

/** Some rows that are one row of the result; without grouping each row is by itself. */
interface Group {
  readonly first: NaiveRow
  readonly rows: readonly NaiveRow[]
}

/**
 * Answers a query the slow and obvious way, row by row, from the rules of `docs/reference/compatibility.md`: what the
 * engine's answer is compared with. It knows the syntax tree and the dataset's declaration, and nothing of how queries
 * are checked, planned and compiled.
 */
export function answerQuery(tree: QueryTree, run: NaiveRun, rules: Rules): readonly (readonly (string | null)[])[] {
  const { dataset } = run
  const meaningOf = meaningIn(dataset)
  const selected =
    tree.select.kind === 'all' ? allColumns(dataset) : tree.select.names.map(({ name }) => meaningOf(name))
  const columns = selected.filter(({ kind }) => kind === 'column')
  const isGrouped = tree.distinct || columns.length < selected.length

  const [onGroups, onRows] = partition(conjuncts(tree.where), (node) =>
    namesIn(node).some((name) => meaningOf(name).kind === 'metric'),
  )
  const rowConditions = onRows.map((node) =>
    conditionOn<NaiveRow>(node, meaningOf, ({ name }, row) => cell(row, name), rules),
  )
  const groupConditions = onGroups.map((node) => conditionOn<Group>(node, meaningOf, valueIn, rules))

  const isInTime = timeRangeOf(tree.timespan, dataset, run, rules)
  const rows = run.rows
    .filter((row) => isOfAccount(row, run, rules))
    .filter((row) => dataset.dateColumn === undefined || isInTime(cell(row, dataset.dateColumn)))
    .filter((row) => rowConditions.every((condition) => condition(row) === true))

  const groups = isGrouped
    ? groupsOf(rows, columns, rules).filter((group) => groupConditions.every((condition) => condition(group) === true))
    : withoutDuplicates(
        rows.map((row) => ({ first: row, rows: [row] })),
        columns,
        rules,
      )

  const wanted = tree.orderBy.map(({ name, direction }) => keyOn(meaningOf(name.name), direction ?? rules.direction))
  const endsByValue = isGrouped || (wanted.length > 0 && run.ties === 'selected')
  const ties = endsByValue ? columns.map((column) => keyOn(column, 'asc')) : []
  const limit = limitOf(tree, run, rules)
  return sorted(groups, [...wanted, ...ties], rules)
    .slice(0, limit)
    .map((group) => selected.map((meaning) => fileForm(valueIn(meaning, group), meaning, rules)))

  function valueIn(meaning: Meaning, { first, rows }: Group): NaiveValue {
    return meaning.kind === 'metric' ? metricOver(meaning.metric, rows, dataset, rules) : cell(first, meaning.name)
  }

  function keyOn(meaning: Meaning, direction: 'asc' | 'desc'): NaiveOrderKey<Group> {
    return { value: (group) => valueIn(meaning, group), direction }
  }
}

/** What is no number (NaN, infinity) counts as absent. */
function cell(row: NaiveRow, name: string): NaiveValue {
  const value = row[name] ?? null
  return typeof value === 'number' && !Number.isFinite(value) ? null : value
}

function isOfAccount(row: NaiveRow, { dataset, accountId }: NaiveRun, rules: Rules): boolean {
  if (dataset.accountColumn === undefined) return true
  const owner = row[dataset.accountColumn] ?? null
  return rules.account === 'exact' ? owner === accountId : String(owner).toLowerCase() === accountId.toLowerCase()
}

/** Rows by the values of some columns; without a column all rows are one group, also when there are none. */
function groupsOf(rows: readonly NaiveRow[], columns: readonly Meaning[], rules: Rules): readonly Group[] {
  if (columns.length === 0) return [{ first: rows[0] ?? {}, rows }]
  const groups = Map.groupBy(rows, (row) =>
    columns
      .map(({ name }) => cell(row, name))
      .map((value) => (typeof value === 'string' && rules.groups === 'folded' ? rules.fold(value) : value))
      // 0 and -0 are one number.
      .map((value) => `${typeof value} ${value === 0 ? '0' : String(value)}`.replaceAll('|', '||'))
      .join(' | '),
  )
  return [...groups.values()].map((rows) => ({ first: rows[0] ?? {}, rows }))
}

function withoutDuplicates(groups: readonly Group[], columns: readonly Meaning[], rules: Rules): readonly Group[] {
  return rules.duplicates === 'kept'
    ? groups
    : groupsOf(
        groups.map(({ first }) => first),
        columns,
        rules,
      )
}

function limitOf({ limit }: QueryTree, { rowLimit }: NaiveRun, rules: Rules): number {
  const own = limit === null ? Infinity : Number(limit.text)
  return rules.limits === 'smaller' ? Math.min(own, rowLimit ?? Infinity) : (rowLimit ?? own)
}

/** The conditions that all must hold. */
function conjuncts(node: ConditionNode | null): readonly ConditionNode[] {
  if (node === null) return []
  if (node.kind === 'and') return node.terms.flatMap(conjuncts)
  return node.kind === 'parentheses' ? conjuncts(node.term) : [node]
}

function namesIn(node: ConditionNode): readonly string[] {
  if (node.kind === 'and' || node.kind === 'or') return node.terms.flatMap(namesIn)
  if (node.kind === 'not' || node.kind === 'parentheses') return namesIn(node.term)
  return [node.name.name]
}

function partition<T>(values: readonly T[], test: (value: T) => boolean): readonly [readonly T[], readonly T[]] {
  return [values.filter(test), values.filter((value) => !test(value))]
}
