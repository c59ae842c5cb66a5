import type { Column, Dataset, Metric } from '../../src/index.ts'
import type { Aggregate, Arithmetic, ArithmeticOperator, NamedColumn } from '../../src/metric/metric-expression.ts'
import { exactOf, exactProduct, textOfExact } from './exact.ts'
import type { Exact } from './exact.ts'
import type { NaiveRow, NaiveValue } from './row.ts'
import type { Rules } from './rules.ts'

type Leaf = Aggregate<NamedColumn> | NamedColumn

/**
 * The value of a metric over the rows of a group. An aggregate alone keeps the type of its column; arithmetic is worked
 * out in whole numbers where nothing else takes part, and else in floating point.
 */
export function metricOver(metric: Metric, rows: readonly NaiveRow[], dataset: Dataset, rules: Rules): NaiveValue {
  const { expression, type } = metric
  const aggregate = (leaf: Aggregate<NamedColumn>): NaiveValue => aggregateOver(leaf, rows, dataset, rules)
  return expression.kind === 'aggregate' ? aggregate(expression) : workOut(expression, type === 'integer', aggregate)
}

function aggregateOver(
  { function: name, argument }: Aggregate<NamedColumn>,
  rows: readonly NaiveRow[],
  dataset: Dataset,
  rules: Rules,
): NaiveValue {
  if (argument === null) return exactOf(String(rows.length))
  const values = rows.map((row) => argumentOf(argument, row, dataset)).filter((value) => value !== null)
  switch (name) {
    case 'count':
      return exactOf(String(values.length))
    case 'countDistinct':
      return exactOf(String(new Set(values).size))
    case 'sum':
      return rules.sums === 'exact' || typeof values[0] !== 'number'
        ? sumOf(values)
        : values.reduce<number>((sum, value) => sum + Number(value), 0)
    case 'avg': {
      const sum = sumOf(values)
      return sum === null ? null : Number(textOfExact(sum)) / values.length
    }
    case 'min':
    case 'max':
      return values.reduce<NaiveValue>((best, value) => {
        if (best === null) return value
        return value < best === (name === 'min') ? value : best
      }, null)
    default:
      return name satisfies never
  }
}

/** What an aggregate takes of one row. What is no number (NaN, infinity) counts as absent. */
function argumentOf(argument: Arithmetic<NamedColumn>, row: NaiveRow, { columns }: Dataset): NaiveValue {
  const cell = ({ name }: NamedColumn): NaiveValue => {
    const value = row[columnNamed(name, columns).name] ?? null
    return typeof value === 'number' && !Number.isFinite(value) ? null : value
  }
  if (argument.kind === 'column') return cell(argument)
  return workOut(argument, isWhole(argument, columns), cell)
}

/** Arithmetic in whole numbers or in floating ones; with an absent part there is no result. */
function workOut<Of extends Leaf>(
  expression: Arithmetic<Of>,
  inWhole: boolean,
  valueOf: (leaf: Of) => NaiveValue,
): NaiveValue {
  const again = (part: Arithmetic<Of>): NaiveValue => workOut(part, inWhole, valueOf)
  const inDomain = (value: NaiveValue): NaiveValue =>
    typeof value === 'bigint' && !inWhole ? Number(textOfExact(value)) : value
  if (isLeaf(expression)) return inDomain(valueOf(expression))
  switch (expression.kind) {
    case 'number':
      return inDomain(exactOf(expression.text))
    case 'negate': {
      const value = again(expression.operand)
      return value === null ? null : negated(value)
    }
    case 'arithmetic': {
      const [left, right] = [again(expression.left), again(expression.right)]
      return left === null || right === null ? null : combined(expression.operator, left, right)
    }
    case 'aggregate':
    case 'column':
      throw new Error('a leaf has been taken care of')
    default:
      return expression satisfies never
  }
}

function combined(operator: ArithmeticOperator, left: NaiveValue, right: NaiveValue): NaiveValue {
  if (typeof left === 'bigint' && typeof right === 'bigint') {
    if (operator === '+') return left + right
    return operator === '-' ? left - right : exactProduct(left, right)
  }
  const [a, b] = [Number(left), Number(right)]
  switch (operator) {
    case '+':
      return a + b
    case '-':
      return a - b
    case '*':
      return a * b
    case '/':
      return b === 0 ? null : a / b
    default:
      return operator satisfies never
  }
}

function negated(value: NaiveValue): NaiveValue {
  return typeof value === 'bigint' ? -value : -Number(value)
}

function isWhole(expression: Arithmetic<NamedColumn>, columns: readonly Column[]): boolean {
  switch (expression.kind) {
    case 'column':
      return columnNamed(expression.name, columns).type === 'integer'
    case 'number':
      return !expression.text.includes('.')
    case 'negate':
      return isWhole(expression.operand, columns)
    case 'arithmetic':
      return expression.operator !== '/' && isWhole(expression.left, columns) && isWhole(expression.right, columns)
    default:
      return expression satisfies never
  }
}

function isLeaf<Of extends Leaf>(expression: Arithmetic<Of>): expression is Of {
  return expression.kind === 'aggregate' || expression.kind === 'column'
}

function columnNamed(name: string, columns: readonly Column[]): Column {
  const column = columns.find((column) => column.name.toLowerCase() === name.toLowerCase())
  if (column === undefined) throw new Error(`no column is called ${name}`)
  return column
}

// With a floating number of this size there is no sum: one without it would be wrong.
const tooLarge = 1e18

/** The exact sum. Floating numbers are taken as the decimals that they stand for. */
function sumOf(values: readonly NaiveValue[]): Exact | null {
  const isAnyTooLarge = values.some((value) => typeof value === 'number' && Math.abs(value) >= tooLarge)
  if (values.length === 0 || isAnyTooLarge) return null
  return values.reduce<Exact>((sum, value) => sum + (typeof value === 'bigint' ? value : decimalOf(Number(value))), 0n)
}

/** Of at most fifteen digits, of which twelve can stand after the point; an odd number of those before it costs one. */
function decimalOf(value: number): Exact {
  const digitsBefore = Math.trunc(Math.abs(value)).toString().length
  const places = digitsBefore > 13 ? 0 : digitsBefore <= 3 ? 12 : 15 - digitsBefore - (1 - (digitsBefore % 2))
  return exactOf(places === 0 ? BigInt(Math.round(value)).toString() : value.toFixed(places))
}
