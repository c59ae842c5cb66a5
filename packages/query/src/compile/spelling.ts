import type { SqlParameter } from '../compiled-query.ts'
import type { Relation, Spelling, Spellings } from '../dataset.ts'
import type { Field } from '../plan/field.ts'
import { isAscii, lowerCase } from './lower-case.ts'
import type { Scope } from './scope.ts'

/** What is known of how the texts of a relation are spelt. */
export function spellingsOf(relation: Relation): Spellings {
  return relation.kind === 'trino' ? {} : (relation.spellings ?? {})
}

/** How the texts of a field are spelt; `undefined` where that isn't known. */
export function spellingOf(field: Field, { spellings }: Scope): Spelling | undefined {
  return field.kind === 'column' && Object.hasOwn(spellings, field.name) ? spellings[field.name] : undefined
}

/**
 * SQL of the one text that the values of a field equal, as they are stored, where they equal a text without case.
 * `undefined`: there is none, or it isn't known; then case has to be taken out of both sides.
 *
 * An exact comparison skips row groups by their bounds and Bloom filters, one without case reads all of the column:
 * three to four times the time for an id in ten million rows (`npm run bench:caseless`).
 */
export function storedForm(parameter: SqlParameter, field: Field, scope: Scope): string | undefined {
  if (parameter.type !== 'string') return undefined
  const literal = parameter.value
  const bind = (value: string): string => scope.bind({ type: 'string', value })
  const spelling = spellingOf(field, scope)
  switch (spelling?.kind) {
    case undefined:
      return undefined
    case 'lower':
      // The engine works this out before it reads anything.
      return scope.dialect.caseless(bind(literal))
    case 'upper':
      // Outside of ASCII there are letters with an upper case within it (`ı`, `ſ`) that equal none of it.
      return isAscii(literal) ? bind(literal.toUpperCase()) : undefined
    case 'values': {
      const stored = storedValue(literal, spelling.values)
      return stored === undefined ? undefined : bind(stored)
    }
    default:
      return spelling satisfies never
  }
}

/** The only value that equals `literal` without case. Where none does, `literal` itself, which is no value then. */
function storedValue(literal: string, values: readonly string[]): string | undefined {
  const folded = lowerCase(literal)
  const index = indexOf(values)
  if (folded === undefined || index === undefined) return undefined
  const [stored, ...others] = index.get(folded) ?? [literal]
  return others.length === 0 ? stored : undefined
}

/** The values of a column by their lower-case forms; `undefined` when one has a form that isn't known. */
type SpellingIndex = ReadonlyMap<string, readonly string[]> | undefined

// One for each data version, as long as that is in use: a list of a thousand literals looks into it a thousand times.
const indexes = new WeakMap<readonly string[], SpellingIndex>()

function indexOf(values: readonly string[]): SpellingIndex {
  if (!indexes.has(values)) indexes.set(values, makeIndex(values))
  return indexes.get(values)
}

function makeIndex(values: readonly string[]): SpellingIndex {
  const index = new Map<string, string[]>()
  for (const value of values) {
    const folded = lowerCase(value)
    if (folded === undefined) return undefined
    const alike = index.get(folded)
    if (alike === undefined) index.set(folded, [value])
    else alike.push(value)
  }
  return index
}
