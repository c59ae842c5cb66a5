import type { Relation } from '../dataset.ts'
import type { Field } from '../plan/field.ts'
import type { OrderKey, Plan } from '../plan/plan.ts'
import { tables } from './scope.ts'
import type { Scope } from './scope.ts'

/**
 * The keys of ORDER BY. They order by the values, not by the texts in the file; NULL is last either way. Every order
 * is total, so that a second run gives the same bytes, and LIMIT the same rows, on any number of threads: groups are
 * told apart by their columns, rows by their place in the source. Rows without an ORDER BY keep the source's order, or
 * have none where the source has none.
 */
export function compileOrder(plan: Plan, relation: Relation, scope: Scope): readonly string[] {
  const mayHaveNone = scope.dialect.leavesOrder && plan.limit === null && isAsItIs(plan)
  return mayHaveNone || keepsSourceOrder(plan, relation, scope)
    ? []
    : totalOrder(plan, scope, () => tieBreakers(plan, relation, scope))
}

/**
 * The same where rows of several accounts are read at once and parted: nothing keeps the order of the source then, so the
 * place of a row goes along with it.
 */
export function compileOrderOfPart(plan: Plan, relation: Relation, scope: Scope): readonly string[] {
  const isPlaced = scope.dialect.filePosition(relation, tables.files).length > 0
  const isNumbered = keepsSourceOrder(plan, relation, scope) && !isPlaced
  return totalOrder(plan, scope, () => (isNumbered ? [rowNumber(scope)] : tieBreakers(plan, relation, scope)))
}

function keepsSourceOrder(plan: Plan, relation: Relation, scope: Scope): boolean {
  return isAsItIs(plan) && scope.dialect.keepsOrder(relation)
}

/** Whether a result is rows of the source that nobody wants ordered. */
function isAsItIs({ shape, orderBy }: Plan): boolean {
  return shape === 'rows' && orderBy.length === 0
}

/** Counted as the rows come, which is the order of the source for the engines that keep it. */
function rowNumber(scope: Scope): SqlOrderKey {
  return { value: scope.pass('row_number() OVER ()'), direction: 'asc' }
}

function totalOrder(plan: Plan, scope: Scope, ties: () => readonly SqlOrderKey[]): readonly string[] {
  const wanted = plan.orderBy.flatMap((key) => orderKeys(key, scope))
  return uniqueByValue([...wanted, ...ties()]).map(
    ({ value, direction }) => `${value} ${direction.toUpperCase()} NULLS LAST`,
  )
}

interface SqlOrderKey {
  readonly value: string
  readonly direction: OrderKey['direction']
}

/** A text is ordered without case first, then exactly. */
function orderKeys({ field, direction }: OrderKey, scope: Scope): readonly SqlOrderKey[] {
  const value = scope.pass(scope.value(field))
  if (field.type !== 'string') return [{ value, direction }]
  return [scope.dialect.caseless(value), value].map((value) => ({ value, direction }))
}

function tieBreakers(plan: Plan, relation: Relation, scope: Scope): readonly SqlOrderKey[] {
  const ascending = (field: Field): readonly SqlOrderKey[] => orderKeys({ field, direction: 'asc' }, scope)
  if (plan.shape === 'groups') return plan.groupBy.flatMap(ascending)
  const position = scope.dialect.filePosition(relation, tables.files)
  if (position.length > 0) return position.map((sql) => ({ value: scope.pass(sql), direction: 'asc' }))
  // Rows that are equal in everything selected are equal in the file, in whichever order they come.
  return plan.projection.flatMap(({ field }) => ascending(field))
}

function uniqueByValue(keys: readonly SqlOrderKey[]): readonly SqlOrderKey[] {
  const first = new Map<string, SqlOrderKey>()
  for (const key of keys) if (!first.has(key.value)) first.set(key.value, key)
  return [...first.values()]
}
