import type { SqlParameter } from '../compiled-query.ts'
import type { Field } from '../plan/field.ts'
import type { Predicate } from '../plan/predicate.ts'
import { isComparable } from './exact-digits.ts'
import type { Scope } from './scope.ts'
import { spellingOf, storedForm } from './spelling.ts'

type PredicateOf<Kind> = Extract<Predicate<Field>, { readonly kind: Kind }>

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
      return compileComparison(predicate, scope)
    case 'between': {
      const { field, low, high } = predicate
      return `${comparable(field, scope)} ${not(predicate)}BETWEEN ${bound(low, scope)} AND ${bound(high, scope)}`
    }
    case 'in':
      return compileList(predicate, scope)
    case 'like': {
      const pattern = { type: 'string', value: completePattern(predicate.pattern) } as const
      const text = comparable(predicate.field, scope)
      return scope.dialect.like(text, bound(pattern, scope), pattern.value, predicate.negated)
    }
    default:
      return predicate satisfies never
  }
}

function compileComparison({ field, operator, value }: PredicateOf<'comparison'>, scope: Scope): string {
  const stored = operator === '=' || operator === '!=' ? storedForm(value, field, scope) : undefined
  if (stored !== undefined) return `${scope.value(field)} ${operator} ${stored}`
  return `${comparable(field, scope)} ${operator} ${bound(value, scope)}`
}

function compileList({ field, negated, values }: PredicateOf<'in'>, scope: Scope): string {
  const [first, ...others] = values
  if (first === undefined) {
    // False for every value and NULL for none, or the opposite: what an empty list would mean.
    const value = scope.value(field)
    return `${value} ${negated ? '=' : '!='} ${value}`
  }
  const stored = others.length === 0 ? storedForm(first, field, scope) : undefined
  if (stored !== undefined) return `${scope.value(field)} ${negated ? '!=' : '='} ${stored}`
  // Without case also where the spelling is known: DuckDB compares a short list with the entries of a dictionary when
  // it stands behind a function, and else with each row. That was measured to take three times as long.
  // One number that compares as a double only would make doubles of all.
  const lists = [values.filter(isExact), values.filter((value) => !isExact(value))].filter(({ length }) => length > 0)
  return lists
    .map((list) => list.map((item) => bound(item, scope)))
    .map((list) => scope.dialect.isOneOf(caseless(field, scope), list, negated))
    .join(negated ? ' AND ' : ' OR ')
}

function isExact({ type, value }: SqlParameter): boolean {
  return type !== 'decimal' || isComparable(value)
}

/** A field in the form in which it is compared with a text in lower case, or with a value of its type. */
function comparable(field: Field, scope: Scope): string {
  return spellingOf(field, scope)?.kind === 'lower' ? scope.value(field) : caseless(field, scope)
}

function caseless(field: Field, scope: Scope): string {
  const value = scope.value(field)
  return field.type === 'string' ? scope.dialect.caseless(value) : value
}

function bound(parameter: SqlParameter, scope: Scope): string {
  const place = scope.bind(parameter)
  return parameter.type === 'string' ? scope.dialect.caseless(place) : place
}

/**
 * A pattern in which only `%`, `_` and `\\` are escaped. An escape before anything else, and one with nothing after it,
 * stands for itself or for nothing: an engine may refuse to run it.
 */
function completePattern(pattern: string): string {
  const escapes = /\\*$/.exec(pattern)?.[0].length ?? 0
  const closed = escapes % 2 === 1 ? `${pattern}\\` : pattern
  return closed.replaceAll(/\\([^])/gu, (escape, character: string) =>
    ['%', '_', '\\'].includes(character) ? escape : character,
  )
}

function not({ negated }: { readonly negated: boolean }): string {
  return negated ? 'NOT ' : ''
}
