import { operatorsFor } from '../check/operators.ts'
import { defaultBooleanForms } from '../dataset.ts'
import type { Column } from '../dataset.ts'
import type { Field } from '../plan/field.ts'
import { quoted } from '../syntax/print-query.ts'
import type { Token } from '../syntax/token.ts'
import type { Expectation } from '../syntax/expectation.ts'
import type { NameNode } from '../syntax/tree.ts'
import type { Candidate } from './completion.ts'
import { fieldOf } from './surroundings.ts'
import type { Surroundings } from './surroundings.ts'

/**
 * The operators that are expected and fit the type of the subject; or what is left of them when the first of their words
 * stand there already: after `Name NOT` it is `LIKE`, `IN` and `BETWEEN`.
 */
export function operatorItems(
  expected: readonly Expectation[],
  before: readonly Token[],
  surroundings: Surroundings,
): readonly Candidate[] {
  const [subject] = expected.flatMap((each) => each.subject ?? [])
  if (subject === undefined) return []
  const next = new Set(expected.flatMap(wordOf))
  const type = fieldOf(subject.name, surroundings)?.type ?? 'string'
  const start = before
    .filter(({ span }) => span.start >= subject.span.end)
    .map(({ value }) => `${value.toUpperCase()} `)
    .join('')
  return [...operatorsFor(type, surroundings.profile), 'IS NULL', 'IS NOT NULL']
    .filter((operator) => operator.startsWith(start))
    .map((operator) => operator.slice(start.length))
    .filter((label) => next.has(label.split(' ')[0] ?? ''))
    .map((label) => ({ kind: 'operator', label, insertText: label.endsWith('IN') ? `${label} (` : label }))
}

function wordOf(expected: Expectation): readonly string[] {
  if (expected.kind === 'word') return [expected.word]
  return expected.kind === 'symbol' ? [expected.symbol] : []
}

/** The values that a catalog declares for the subject, and the forms of a boolean. */
export function valueItems(subject: NameNode, surroundings: Surroundings): readonly Candidate[] {
  const field = fieldOf(subject.name, surroundings)
  const column = surroundings.possible.flatMap(({ dataset }) => dataset.columns).find((known) => isOf(known, field))
  if (column === undefined) return []
  if (column.type === 'boolean') {
    return (column.booleanForms ?? defaultBooleanForms).map((form, index) => ({
      ...valueItem(form),
      detail: index === 0 ? 'false' : 'true',
    }))
  }
  return (column.values ?? []).map(valueItem)
}

/** What a hidden column holds is nobody's business. */
function isOf({ name, hidden }: Column, field: Field | undefined): boolean {
  return field?.kind === 'column' && hidden !== true && name === field.name
}

function valueItem(value: string): Candidate {
  return { kind: 'value', label: value, insertText: quoted(value) }
}
