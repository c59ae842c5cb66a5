import type { SqlParameter } from '../compiled-query.ts'
import type { Field } from '../plan/field.ts'
import type { Predicate } from '../plan/predicate.ts'
import type { Profile } from '../profile.ts'
import { printLiteral } from '../syntax/print-query.ts'
import type { ConditionNode, LiteralNode, NameNode } from '../syntax/tree.ts'
import { booleanOf, convertLiteral } from './convert-literal.ts'
import type { Findings } from './findings.ts'
import { operatorOf, operatorsFor } from './operators.ts'
import type { SimpleCondition } from './operators.ts'

export interface ConditionContext<F extends Field> {
  /** How names become fields; `undefined` for a name that has been reported already. */
  readonly resolve: (name: NameNode) => F | undefined
  readonly profile: Profile
  readonly findings: Findings
}

/**
 * Makes a predicate of a condition: each operator must fit the type of its field, each literal must convert to it.
 * `undefined` if anything in it was wrong and is reported.
 */
export function checkCondition<F extends Field>(
  node: ConditionNode,
  context: ConditionContext<F>,
): Predicate<F> | undefined {
  switch (node.kind) {
    case 'and':
    case 'or':
      return combined(
        node.terms.map((term) => checkCondition(term, context)),
        (terms) => ({ kind: node.kind, terms }),
      )
    case 'not':
      return combined([checkCondition(node.term, context)], ([term]) => term && { kind: 'not', term })
    case 'parentheses':
      return checkCondition(node.term, context)
    case 'null': {
      const field = context.resolve(node.name)
      return field && { kind: 'null', field, negated: node.negated }
    }
    case 'comparison':
    case 'in':
    case 'like':
    case 'between': {
      const field = context.resolve(node.name)
      if (field === undefined || !operatorFits(node, field, context)) return undefined
      return field.type === 'boolean' ? booleanCondition(node, field) : checkSimple(node, field, context.findings)
    }
    default:
      return node satisfies never
  }
}

function operatorFits(
  node: SimpleCondition,
  field: Field,
  { profile, findings }: Omit<ConditionContext<Field>, 'resolve'>,
): boolean {
  const operator = operatorOf(node)
  // What a profile doesn't have is reported as an extension, and is no matter of the type.
  if (operatorsFor(field.type, 'open').includes(operator)) return true
  const allowed = operatorsFor(field.type, profile)
  findings.add(node.keyword, 'operator_not_for_type', { operator, name: node.name.name, type: field.type, allowed })
  return false
}

function checkSimple<F extends Field>(node: SimpleCondition, field: F, findings: Findings): Predicate<F> | undefined {
  const convert = (literal: LiteralNode): SqlParameter | undefined => {
    const value = convertLiteral(literal, field.type)
    if (value === undefined) {
      const data = { literal: printLiteral(literal), name: node.name.name, type: field.type }
      findings.add(literal.span, 'bad_literal', data)
    }
    return value
  }
  switch (node.kind) {
    case 'comparison': {
      const value = convert(node.value)
      return value && { kind: 'comparison', field, operator: node.operator, value }
    }
    case 'in':
      return combined(node.values.map(convert), (values) => ({ kind: 'in', field, negated: node.negated, values }))
    case 'like':
      return { kind: 'like', field, negated: node.negated, pattern: node.pattern.text }
    case 'between':
      return combined(
        [convert(node.low), convert(node.high)],
        ([low, high]) => low && high && { kind: 'between', field, negated: node.negated, low, high },
      )
    default:
      return node satisfies never
  }
}

/** Every comparison of a boolean is a question of which of its forms are meant; an unknown form is none of them. */
function booleanCondition<F extends Field>(node: SimpleCondition, field: F): Predicate<F> | undefined {
  if (node.kind !== 'comparison' && node.kind !== 'in') return undefined
  const literals = node.kind === 'in' ? node.values : [node.value]
  const values = literals.map((literal) => booleanOf(literal, field)).filter((value) => value !== undefined)
  const negated = node.kind === 'in' ? node.negated : node.operator === '!='
  return { kind: 'in', field, negated, values }
}

/** Makes one of several parts, if none of them is missing. */
function combined<Part, Whole>(
  parts: readonly (Part | undefined)[],
  combine: (parts: readonly Part[]) => Whole | undefined,
): Whole | undefined {
  const present = parts.filter((part) => part !== undefined)
  return present.length === parts.length ? combine(present) : undefined
}
