import type { SqlParameter } from '../compiled-query.ts'
import type { Field } from '../plan/field.ts'
import type { Predicate } from '../plan/predicate.ts'
import type { Scope } from './scope.ts'

/**
 * A predicate as SQL in which every value is bound. A text compares without case. What is NULL is neither equal nor
 * unequal to anything, as SQL has it.
 */
export function compilePredicate(predicate: Predicate<Field>, scope: Scope): string {
  switch (predicate.kind) {
    case 'and':
    case 'or':
      return predicate.terms
        .map((term) => `(${compilePredicate(term, scope)})`)
        .join(` ${predicate.kind.toUpperCase()} `)
    case 'not':
      return `NOT (${compilePredicate(predicate.term, scope)})`
    case 'null':
      return `${scope.value(predicate.field)} IS ${not(predicate)}NULL`
    case 'comparison':
      return `${comparable(predicate.field, scope)} ${predicate.operator} ${bound(predicate.value, scope)}`
    case 'between': {
      const { field, low, high } = predicate
      return `${comparable(field, scope)} ${not(predicate)}BETWEEN ${bound(low, scope)} AND ${bound(high, scope)}`
    }
    case 'in': {
      const value = comparable(predicate.field, scope)
      // False for every value and NULL for none, or the opposite: what an empty list would mean.
      if (predicate.values.length === 0) return `${value} ${predicate.negated ? '=' : '!='} ${value}`
      const list = predicate.values.map((item) => bound(item, scope)).join(', ')
      return `${value} ${not(predicate)}IN (${list})`
    }
    case 'like': {
      const pattern = { type: 'string', value: completePattern(predicate.pattern) } as const
      const text = comparable(predicate.field, scope)
      return scope.dialect.like(text, bound(pattern, scope), pattern.value, predicate.negated)
    }
    default:
      return predicate satisfies never
  }
}

function comparable(field: Field, scope: Scope): string {
  const value = scope.value(field)
  if (field.kind === 'metric') return scope.dialect.comparableMetric(field, value)
  return field.type === 'string' ? scope.dialect.caseless(value) : value
}

function bound(parameter: SqlParameter, scope: Scope): string {
  const place = scope.bind(parameter)
  return parameter.type === 'string' ? scope.dialect.caseless(place) : place
}

/** An escape with nothing after it stands for itself; an engine would refuse to run it. */
function completePattern(pattern: string): string {
  const escapes = /\\*$/.exec(pattern)?.[0].length ?? 0
  return escapes % 2 === 1 ? `${pattern}\\` : pattern
}

function not({ negated }: { readonly negated: boolean }): string {
  return negated ? 'NOT ' : ''
}
