import { Type, type TNull, type TSchema, type TUnion } from 'typebox'

/** The value, or `null` where there is none: answers always have the full set of fields. */
export function nullable<Schema extends TSchema>(schema: Schema): TUnion<[Schema, TNull]> {
  return Type.Union([schema, Type.Null()])
}
