import { Type, type Static } from 'typebox'
import { nullable } from './nullable.ts'
import { WireTime } from './wire-time.ts'

export const QueryItem = Type.Object(
  {
    queryId: Type.String({ description: 'Opaque.' }),
    name: Type.String(),
    description: nullable(Type.String()),
    query: Type.String({ description: 'The text, as it was sent.' }),
    type: Type.Union([Type.Literal('userDefined'), Type.Literal('system')]),
    user: Type.String({ description: 'The client that made it.' }),
    createdTime: WireTime('When it was created.'),
    modifiedTime: nullable(WireTime('When it was last changed.')),
  },
  { title: 'Query' },
)
export type QueryItem = Static<typeof QueryItem>

/** One row of a preview: column name → value. Dates, timestamps and booleans are as they would be in a file. */
export const PreviewRow = Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Null()]), {
  title: 'PreviewRow',
})
export type PreviewRow = Static<typeof PreviewRow>

/** A query to be saved. */
export const NewQuery = Type.Object(
  {
    Name: Type.String({ description: 'A name for people.' }),
    Description: Type.Optional(nullable(Type.String())),
    Query: Type.String({ description: 'The query text.' }),
  },
  { title: 'NewQuery' },
)
export type NewQuery = Static<typeof NewQuery>
