import type { NaiveValue } from './row.ts'
import type { Rules } from './rules.ts'

/** By the codes of the characters (UTF-8's order, which is not that of UTF-16). */
export function compareTexts(a: string, b: string): number {
  if (a === b) return 0
  const [from, to] = [Array.from(a), Array.from(b)]
  const index = from.findIndex((character, index) => character !== to[index])
  if (index === -1) return from.length - to.length
  const other = to[index]
  return other === undefined ? 1 : (from[index]?.codePointAt(0) ?? 0) - (other.codePointAt(0) ?? 0)
}

/** Two values of one type: by what they are, not by how they are written. Texts without case first, then exactly. */
function compareValues(a: NaiveValue, b: NaiveValue, rules: Rules): number {
  if (typeof a === 'string' && typeof b === 'string') {
    const caseless = rules.textOrder === 'exact' ? 0 : compareTexts(rules.fold(a), rules.fold(b))
    return caseless === 0 ? compareTexts(a, b) : caseless
  }
  const [left, right] = [a ?? 0, b ?? 0]
  return left < right ? -1 : left > right ? 1 : 0
}

export interface NaiveOrderKey<Source> {
  readonly value: (source: Source) => NaiveValue
  readonly direction: 'asc' | 'desc'
}

/** Sorts by several keys, NULL last either way. What is equal in all keys keeps its order. */
export function sorted<Source>(
  sources: readonly Source[],
  keys: readonly NaiveOrderKey<Source>[],
  rules: Rules,
): readonly Source[] {
  const nullSign = rules.nulls === 'last' ? 1 : -1
  return sources.toSorted((a, b) => {
    for (const { value, direction } of keys) {
      const [left, right] = [value(a), value(b)]
      if (left === null && right === null) continue
      if (left === null) return nullSign
      if (right === null) return -nullSign
      const order = compareValues(left, right, rules)
      if (order !== 0) return direction === 'asc' ? order : -order
    }
    return 0
  })
}
