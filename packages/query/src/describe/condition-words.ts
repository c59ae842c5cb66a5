import type { SqlParameter } from '../compiled-query.ts'
import type { ColumnType } from '../dataset.ts'
import type { Field } from '../plan/field.ts'
import type { Predicate } from '../plan/predicate.ts'
import { quoted } from '../syntax/print-query.ts'
import type { ComparisonOperator } from '../syntax/tree.ts'
import type { NameOf } from './public-names.ts'

/** A condition in words: `Quantity is more than 5 or (City is 'Oslo' and Price has no value)`. */
export function conditionWords(predicate: Predicate<Field>, nameOf: NameOf): string {
  switch (predicate.kind) {
    case 'and':
    case 'or':
      return predicate.terms.map((term) => termWords(term, nameOf)).join(` ${predicate.kind} `)
    case 'not':
      return `not (${conditionWords(predicate.term, nameOf)})`
    case 'comparison':
    case 'in':
    case 'like':
    case 'between':
    case 'null':
      return `${nameOf(predicate.field) ?? 'a column'} ${simpleWords(predicate)}`
    default:
      return predicate satisfies never
  }
}

function termWords(term: Predicate<Field>, nameOf: NameOf): string {
  const words = conditionWords(term, nameOf)
  return term.kind === 'and' || term.kind === 'or' ? `(${words})` : words
}

type SimplePredicate = Exclude<Predicate<Field>, { readonly kind: 'and' | 'or' | 'not' }>

function simpleWords(predicate: SimplePredicate): string {
  const { field } = predicate
  const not = 'negated' in predicate && predicate.negated ? ' not' : ''
  switch (predicate.kind) {
    case 'null':
      return predicate.negated ? 'has a value' : 'has no value'
    case 'comparison':
      return `${comparisons[scales[field.type]][predicate.operator]} ${valueWords(predicate.value, field)}`
    case 'in':
      return inWords(predicate)
    case 'like':
      return `${predicate.negated ? 'does not match' : 'matches'} the pattern ${quoted(predicate.pattern)}`
    case 'between': {
      const [low, high] = [predicate.low, predicate.high].map((value) => valueWords(value, field))
      return `is${not} between ${low} and ${high} (both included)`
    }
    default:
      return predicate satisfies never
  }
}

const shownValues = 12

function inWords({ field, negated, values }: SimplePredicate & { readonly kind: 'in' }): string {
  const shown = values.slice(0, shownValues).map((value) => valueWords(value, field))
  const more = values.length > shownValues ? ` and ${values.length - shownValues} more` : ''
  if (values.length > 1) return `is ${negated ? 'none' : 'one'} of ${shown.join(', ')}${more}`
  if (values.length === 1) return `is ${negated ? 'not ' : ''}${shown.join('')}`
  // Only a boolean gets there: it was compared with something that it is never written as.
  const forms = field.kind === 'column' ? field.booleanForms.join(' and ') : ''
  const passing = negated ? 'every row with a value passes' : 'no row passes'
  return `is compared with something other than ${forms} (${passing})`
}

type Scale = 'text' | 'number' | 'time'

const scales: Record<ColumnType, Scale> = {
  string: 'text',
  integer: 'number',
  decimal: 'number',
  boolean: 'text',
  date: 'time',
  timestamp: 'time',
}

const comparisons: Record<Scale, Record<ComparisonOperator, string>> = {
  text: {
    '=': 'is',
    '!=': 'is not',
    '<': 'stands before',
    '<=': 'is or stands before',
    '>': 'stands after',
    '>=': 'is or stands after',
  },
  number: {
    '=': 'is',
    '!=': 'is not',
    '<': 'is less than',
    '<=': 'is at most',
    '>': 'is more than',
    '>=': 'is at least',
  },
  time: {
    '=': 'is',
    '!=': 'is not',
    '<': 'is before',
    '<=': 'is not after',
    '>': 'is after',
    '>=': 'is not before',
  },
}

function valueWords(parameter: SqlParameter, field: Field): string {
  switch (parameter.type) {
    case 'string':
      return quoted(parameter.value)
    case 'boolean':
      return field.kind === 'column' ? field.booleanForms[parameter.value ? 1 : 0] : String(parameter.value)
    case 'timestamp':
      return instantWords(parameter.value)
    case 'integer':
    case 'decimal':
    case 'date':
      return String(parameter.value)
    default:
      return parameter satisfies never
  }
}

function instantWords(atMicros: bigint): string {
  const text = isoText(Number(atMicros / 1000n))
  const micros = atMicros % 1_000_000n
  if (micros === 0n) return text
  const fraction = String((micros + 1_000_000n) % 1_000_000n).padStart(6, '0')
  return `${isoText(Math.floor(Number(atMicros) / 1e6) * 1000).slice(0, -1)}.${fraction}Z`
}

// The years that a Date can hold.
const furthestMs = 8.64e15

/** ISO 8601 in UTC, without a fraction that is zero; `at` is in epoch milliseconds. */
export function isoText(at: number): string {
  return new Date(Math.min(Math.max(at, -furthestMs), furthestMs)).toISOString().replace('.000Z', 'Z')
}
