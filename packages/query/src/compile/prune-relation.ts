import type { QueryWindow, SqlParameter } from '../compiled-query.ts'
import type { Relation } from '../dataset.ts'
import { partitionsOf } from '../partition.ts'
import type { ColumnField } from '../plan/field.ts'
import type { Plan } from '../plan/plan.ts'
import type { Predicate } from '../plan/predicate.ts'
import { windowDays } from '../plan/window.ts'
import type { ComparisonOperator } from '../syntax/tree.ts'
import { isAscii } from './lower-case.ts'

/** What keeps rows out of a run. */
export interface RowBounds {
  readonly filter: Pick<Plan, 'accountColumn' | 'dateField' | 'rowFilter'>
  readonly accountId: string
  readonly window: QueryWindow | null
}

/**
 * Leaves out the files of which the folders they lie in say that no row of them can count. Every condition stays in the
 * statement, so this decides only which files are opened: of a tree of 5,000 partitions an account's hundred were found
 * in 14 ms, and in 240 when the engine was given all paths to choose from.
 *
 * Where nothing is left, one file is: the reader takes the names of the columns from it.
 */
export function pruneRelation(relation: Relation, bounds: RowBounds): Relation {
  if (relation.kind !== 'files' || relation.partitionColumns === undefined) return relation
  const columns = new Set(relation.partitionColumns.map(nameKey))
  const paths = relation.paths.filter((path) => mayHoldRows(valuesIn(path, columns), bounds))
  return { ...relation, paths: paths.length > 0 ? paths : relation.paths.slice(0, 1) }
}

/** The value of a partition column; `undefined` for another column. */
type ValueOf = (column: string) => string | null | undefined

function valuesIn(path: string, columns: ReadonlySet<string>): ValueOf {
  const values = new Map(partitionsOf(path).map(({ name, value }) => [nameKey(name), value]))
  return (column) => (columns.has(nameKey(column)) ? values.get(nameKey(column)) : undefined)
}

function nameKey(name: string): string {
  return name.toLowerCase()
}

function mayHoldRows(valueOf: ValueOf, { filter, accountId, window }: RowBounds): boolean {
  const { accountColumn, dateField, rowFilter } = filter
  const owner = accountColumn === null ? undefined : valueOf(accountColumn)
  if (owner !== undefined && owner !== accountId) return false
  if (dateField !== null && window !== null && !mayBeWithin(dateField, valueOf(dateField.name), window)) return false
  return rowFilter.every((predicate) => mayHold(predicate, valueOf))
}

function mayBeWithin(field: ColumnField, value: string | null | undefined, window: QueryWindow): boolean {
  const { first, last } = windowDays(window)
  if (value === null) return first === null && last === null
  if (field.type !== 'date' || value === undefined || !isDay(value)) return true
  return (first === null || value >= first) && (last === null || value <= last)
}

/** Whether a condition can hold for a row of these partitions. True where that can't be told, or isn't worth it. */
function mayHold(predicate: Predicate<ColumnField>, valueOf: ValueOf): boolean {
  switch (predicate.kind) {
    case 'and':
      return predicate.terms.every((term) => mayHold(term, valueOf))
    case 'or':
      return predicate.terms.some((term) => mayHold(term, valueOf))
    case 'comparison':
      return mayCompare(valueOf(predicate.field.name), predicate.operator, predicate.value)
    case 'between': {
      const value = valueOf(predicate.field.name)
      return predicate.negated || (mayCompare(value, '>=', predicate.low) && mayCompare(value, '<=', predicate.high))
    }
    case 'in': {
      const value = valueOf(predicate.field.name)
      return predicate.negated || predicate.values.some((item) => mayCompare(value, '=', item))
    }
    case 'like':
    case 'null':
    case 'not':
      return true
    default:
      return predicate satisfies never
  }
}

/** How a value stands to a literal; `!=` is all that is known of texts that differ. */
type Standing = '<' | '=' | '>' | '!='

const standingsThat: Record<ComparisonOperator, readonly Standing[]> = {
  '=': ['='],
  '!=': ['<', '>', '!='],
  '<': ['<', '!='],
  '<=': ['<', '=', '!='],
  '>': ['>', '!='],
  '>=': ['>', '=', '!='],
}

function mayCompare(value: string | null | undefined, operator: ComparisonOperator, literal: SqlParameter): boolean {
  // What is no value is neither equal nor unequal to anything.
  if (value === null) return false
  const standing = value === undefined ? undefined : standingOf(value, literal)
  return standing === undefined || standingsThat[operator].includes(standing)
}

/** `undefined` where it isn't certain what the engine makes of the value. */
function standingOf(value: string, literal: SqlParameter): Standing | undefined {
  switch (literal.type) {
    case 'string':
      if (!isAscii(value) || !isAscii(literal.value)) return undefined
      return value.toLowerCase() === literal.value.toLowerCase() ? '=' : '!='
    case 'integer':
      // Whole as a floating number too.
      return /^-?\d{1,15}$/.test(value) ? inOrder(BigInt(value), literal.value) : undefined
    case 'date':
      return isDay(value) ? inOrder(value, literal.value) : undefined
    case 'boolean':
    case 'decimal':
    case 'timestamp':
      return undefined
    default:
      return literal satisfies never
  }
}

function inOrder<Value extends string | bigint>(a: Value, b: Value): Standing {
  if (a === b) return '='
  return a < b ? '<' : '>'
}

function isDay(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text)
}
