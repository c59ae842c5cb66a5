import type { SqlParameter } from '../compiled-query.ts'
import type { ColumnType } from '../dataset.ts'
import type { Field } from '../plan/field.ts'
import type { LiteralNode } from '../syntax/tree.ts'
import { parseInstant } from './instant.ts'

const conversions: Record<ColumnType, (literal: LiteralNode) => SqlParameter | undefined> = {
  string: ({ text }) => ({ type: 'string', value: text }),
  integer: toInteger,
  decimal: toDecimal,
  // Which forms stand for what depends on the column: see `booleanOf`.
  boolean: () => undefined,
  date: toDate,
  timestamp: toTimestamp,
}

/** The value of a literal in the type of what it is compared with; `undefined` if it has none. */
export function convertLiteral(literal: LiteralNode, type: ColumnType): SqlParameter | undefined {
  return conversions[type](literal)
}

/**
 * What a literal says on a boolean column; `undefined` for a form that the column doesn't use, which is no error but
 * equal to nothing: `'False'` on a column of 0 and 1 is the documented example.
 */
export function booleanOf(literal: LiteralNode, field: Field): SqlParameter | undefined {
  if (field.kind !== 'column') return undefined
  const form = field.booleanForms.findIndex((form) => form.toLowerCase() === literal.text.toLowerCase())
  return form === -1 ? undefined : { type: 'boolean', value: form === 1 }
}

/** A number literal may have a fraction, and compares as the number it is; a text has to be a whole number. */
function toInteger(literal: LiteralNode): SqlParameter | undefined {
  const decimal = toDecimal(literal)
  if (decimal === undefined || decimal.type !== 'decimal') return undefined
  if (decimal.value.includes('.')) return literal.kind === 'number' ? decimal : undefined
  const value = BigInt(decimal.value)
  // What no 64-bit column can hold still compares.
  return BigInt.asIntN(64, value) === value ? { type: 'integer', value } : decimal
}

/** Without zeros that carry nothing, so that `1.50` and `1.5` are one value. */
function toDecimal({ text }: LiteralNode): SqlParameter | undefined {
  const [, sign, whole, fraction = ''] = /^([+-]?)([0-9]+)(?:\.([0-9]+))?$/.exec(text) ?? []
  if (whole === undefined) return undefined
  const digits = whole.replace(/^0+(?=[0-9])/, '')
  const decimals = fraction.replace(/0+$/, '')
  const number = decimals === '' ? digits : `${digits}.${decimals}`
  return { type: 'decimal', value: sign === '-' && number !== '0' ? `-${number}` : number }
}

const dayMicros = 86_400_000_000n

/** A time of day is allowed if it is midnight: a column of dates has no other. */
function toDate(literal: LiteralNode): SqlParameter | undefined {
  const instant = literal.kind === 'text' ? parseInstant(literal.text) : undefined
  if (instant === undefined || instant.atMicros % dayMicros !== 0n) return undefined
  return { type: 'date', value: new Date(Number(instant.atMicros / 1000n)).toISOString().slice(0, 10) }
}

function toTimestamp(literal: LiteralNode): SqlParameter | undefined {
  const instant = literal.kind === 'text' ? parseInstant(literal.text) : undefined
  return instant === undefined ? undefined : { type: 'timestamp', value: instant.atMicros }
}
