import type { TSchema } from '@almanac/api'
import { invariant } from '../../kernel/invariant.ts'
import type { Json } from './parse-json.ts'

/** How one field of a request is read, made from its schema in the contract. */
export interface Field {
  /** The value as the contract has it, or undefined when it is of the wrong kind. */
  read(value: Json): string | number | boolean | readonly (string | number | boolean)[] | undefined
  /** What a right value is, to complete `… must be`. */
  readonly expected: string
  /** The words that an enumeration takes; null for other fields. */
  readonly choices: readonly string[] | null
}

const known = new WeakMap<TSchema, Field>()

/** The field of a schema: text, whole number, boolean, one of some words, or a list of such; possibly nullable. */
export function fieldOf(schema: TSchema): Field {
  const before = known.get(schema)
  if (before !== undefined) return before
  const field = makeField(schema)
  known.set(schema, field)
  return field
}

/** What this module knows of a JSON Schema; more in a request's field is refused when the field is first read. */
interface FieldSchema {
  readonly type?: string
  readonly const?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly anyOf?: readonly FieldSchema[]
  readonly items?: FieldSchema
}

function makeField(schema: FieldSchema): Field {
  const forms = flatten(schema).filter((form) => form.type !== 'null')
  if (forms.every((form) => form.const !== undefined)) return choiceField(forms.map((form) => String(form.const)))
  const [form] = forms
  invariant(form !== undefined && forms.length === 1, `a field has one kind: ${JSON.stringify(schema)}`)
  if (form.type === 'array' && form.items !== undefined) return listField(makeField(form.items))
  if (form.type === 'string') return textField
  if (form.type === 'boolean') return booleanField
  if (form.type === 'integer') return integerField(form.minimum ?? -(2 ** 53), form.maximum ?? 2 ** 53)
  throw new Error(`No field of a request has this schema: ${JSON.stringify(schema)}`)
}

function flatten(schema: FieldSchema): readonly FieldSchema[] {
  return schema.anyOf === undefined ? [schema] : schema.anyOf.flatMap(flatten)
}

const textField: Field = {
  read: (value) => (typeof value === 'string' ? value : undefined),
  expected: 'text',
  choices: null,
}

const booleanField: Field = {
  read(value) {
    if (typeof value === 'boolean') return value
    const word = typeof value === 'string' ? value.toLowerCase() : ''
    return word === 'true' ? true : word === 'false' ? false : undefined
  },
  expected: 'true or false',
  choices: null,
}

function integerField(minimum: number, maximum: number): Field {
  const bounded = Math.abs(minimum) < 2 ** 53 || Math.abs(maximum) < 2 ** 53
  return {
    read(value) {
      const number = typeof value === 'string' && /^[+-]?\d{1,15}$/.test(value) ? Number(value) : value
      if (typeof number !== 'number' || !Number.isSafeInteger(number)) return undefined
      return number >= minimum && number <= maximum ? number : undefined
    },
    expected: bounded ? `a whole number from ${minimum} to ${maximum}` : 'a whole number',
    choices: null,
  }
}

function choiceField(words: readonly string[]): Field {
  return {
    read: (value) =>
      typeof value === 'string' ? words.find((word) => word.toLowerCase() === value.toLowerCase()) : undefined,
    expected: `one of ${words.join(', ')}`,
    choices: words,
  }
}

function listField(item: Field): Field {
  return {
    read(value) {
      if (!Array.isArray(value)) return undefined
      const items = value.map((part: Json) => item.read(typeof part === 'string' ? part.trim() : part))
      const read = items.filter((part) => part !== undefined && typeof part !== 'object')
      return read.length === items.length ? read : undefined
    },
    expected: `a list of ${item.choices === null ? item.expected : item.choices.join(', ')}`,
    choices: null,
  }
}
