import type { Static, TObject, TSchema } from '@almanac/api'
import { AppError } from '../../kernel/app-error.ts'
import { fieldOf, type Field } from './field.ts'
import type { Json } from './parse-json.ts'

/** What a client sent, by the keys that it used. */
export type SentFields = readonly (readonly [key: string, value: Json])[]

/** How an operation refuses a value of one of its fields, where the documents have words for it. */
export type FieldRefusals = Readonly<Record<string, (value: Json) => AppError>>

/**
 * Brings what was sent into the shape of a contract's schema: keys in any casing, strings trimmed, `"48"` and `True`
 * taken for a number and a boolean, unknown fields dropped, `null` and blank text counted as absent. See
 * `docs/reference/compatibility.md`, Wire.
 *
 * Raises `missing_value` with all mandatory fields that are absent, and for a value of the wrong kind the refusal of the
 * operation, `unknown_value` or `invalid_request`.
 */
export function readFields<Schema extends TObject>(
  schema: Schema,
  sent: SentFields,
  refusals: FieldRefusals = {},
): Static<Schema> {
  const { required, parts } = shapeOf(schema)
  const values = new Map(sent.map(([key, value]) => [key.toLowerCase(), trimmed(value)] as const))
  const missing = required.filter(({ key }) => isAbsent(values.get(key)))
  if (missing.length > 0) throw new AppError('missing_value', { fields: missing.map(({ name }) => name) })

  const fields: Record<string, Json> = {}
  for (const { name, key, part } of parts) {
    const value = values.get(key)
    if (value === undefined || isAbsent(value)) continue
    const field = fieldOf(part)
    const read = field.read(value)
    if (read === undefined) throw refusals[name]?.(value) ?? refusalOf(name, field, value)
    fields[name] = read
  }
  return fields as Static<Schema>
}

/** A contract's names, and as they are compared: in lower case. */
interface Shape {
  readonly required: readonly { readonly name: string; readonly key: string }[]
  readonly parts: readonly { readonly name: string; readonly key: string; readonly part: TSchema }[]
}

const shapes = new WeakMap<TObject, Shape>()

function shapeOf(schema: TObject): Shape {
  const before = shapes.get(schema)
  if (before !== undefined) return before
  const named = (name: string) => ({ name, key: name.toLowerCase() })
  const shape = {
    required: (schema.required ?? []).map(named),
    parts: Object.entries(schema.properties).map(([name, part]) => ({ ...named(name), part })),
  }
  shapes.set(schema, shape)
  return shape
}

/** The fields of a contract that were sent as `null`, by the contract's names: in an update that means to clear them. */
export function clearedFields(schema: TObject, sent: SentFields): ReadonlySet<string> {
  const nulls = new Set(sent.flatMap(([key, value]) => (value === null ? [key.toLowerCase()] : [])))
  return new Set(Object.keys(schema.properties).filter((name) => nulls.has(name.toLowerCase())))
}

function trimmed(value: Json): Json {
  return typeof value === 'string' ? value.trim() : value
}

function isAbsent(value: Json | undefined): boolean {
  return value === undefined || value === null || value === ''
}

function refusalOf(name: string, field: Field, value: Json): AppError {
  return field.choices === null
    ? new AppError('invalid_request', {
        sentence: `${name} must be ${field.expected}; it is ${shown(value)}`,
        field: name,
      })
    : new AppError('unknown_value', { field: name, value: textOf(value), allowed: field.choices })
}

function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function shown(value: Json): string {
  const text = JSON.stringify(value)
  return text.length > 80 ? `${text.slice(0, 80)}…` : text
}
