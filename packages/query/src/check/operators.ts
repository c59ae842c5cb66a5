import type { ColumnType } from '../dataset.ts'
import type { Profile } from '../profile.ts'
import type { ConditionNode } from '../syntax/tree.ts'

const ordered = ['=', '!=', '<', '<=', '>', '>=', 'IN', 'NOT IN', 'BETWEEN', 'NOT BETWEEN']

const allowedOperators: Record<ColumnType, readonly string[]> = {
  string: [...ordered, 'LIKE', 'NOT LIKE'],
  integer: ordered,
  decimal: ordered,
  boolean: ['=', '!=', 'IN', 'NOT IN'],
  date: ordered,
  timestamp: ordered,
}

/** The operators that a column of a type takes. IS NULL goes with every type, so it isn't among them. */
export function operatorsFor(type: ColumnType, profile: Profile): readonly string[] {
  return allowedOperators[type].filter((operator) => profile === 'open' || !operator.includes('BETWEEN'))
}

/** A condition on one name, not a combination of others. */
export type SimpleCondition = Extract<ConditionNode, { readonly kind: 'comparison' | 'in' | 'like' | 'between' }>

/** The operator of a condition as it is written in capitals. */
export function operatorOf(node: SimpleCondition): string {
  if (node.kind === 'comparison') return node.operator
  return `${node.negated ? 'NOT ' : ''}${node.kind.toUpperCase()}`
}
