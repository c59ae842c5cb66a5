import { Type, type Static, type TSchema } from 'typebox'
import { Detail, ErrorBody } from './error.ts'
import { nullable } from './nullable.ts'

const frame = {
  nextLink: nullable(Type.String({ description: 'Absolute URL of the next page; `null` when there is no more.' })),
  totalCount: Type.Integer({ minimum: 0, description: 'How many records `value` holds.' }),
  message: nullable(Type.String({ description: 'What happened, in words.' })),
  statusCode: Type.Integer({ description: 'The HTTP status again.' }),
}

/** The envelope that every answer of the API comes in; `value` is always a list, also for one record. */
export const envelopeOf = <Item extends TSchema>(item: Item) =>
  Type.Object({
    value: Type.Array(item),
    ...frame,
    details: Type.Optional(
      Type.Array(Detail, {
        description:
          'Notes about a request that succeeded, such as the use of an extension that the real service does not have.',
      }),
    ),
  })

/** The same envelope when a request is refused: `value` is empty, `message` begins with the documented text. */
export const ErrorEnvelope = Type.Object(
  { value: Type.Array(Type.Unknown(), { description: 'Empty.' }), ...frame, error: ErrorBody },
  { title: 'ErrorEnvelope' },
)
export type ErrorEnvelope = Static<typeof ErrorEnvelope>

/** An answer with records of one kind. A refused one has `error`. */
export interface Envelope<Item> {
  readonly value: readonly Item[]
  readonly nextLink: string | null
  readonly totalCount: number
  readonly message: string | null
  readonly statusCode: number
  readonly details?: readonly Detail[]
  readonly error?: ErrorBody
}
