import { Type, type Static } from 'typebox'

/** One thing that is wrong with a request, or worth knowing about it. Query errors say where in the text. */
export const Detail = Type.Object(
  {
    code: Type.String({ description: 'Stable; made for programs.', examples: ['unknown_column'] }),
    message: Type.String({ description: 'For people.' }),
    field: Type.Optional(Type.String({ description: 'The field or parameter that is meant.' })),
    row: Type.Optional(Type.Integer({ description: 'Row of a file to be loaded, from 1; a header is none.' })),
    line: Type.Optional(Type.Integer({ description: 'Line in the query text, or in the file to be loaded, from 1.' })),
    column: Type.Optional(Type.Integer({ description: 'Column in that line, from 1.' })),
    length: Type.Optional(Type.Integer({ description: 'How many characters are meant.' })),
    hint: Type.Optional(Type.String({ description: 'What to do about it.' })),
    nearestName: Type.Optional(Type.String({ description: 'The declared name that comes closest.' })),
    excerpt: Type.Optional(Type.String({ description: 'The line of the query and a marker under the place.' })),
  },
  { title: 'Detail' },
)
export type Detail = Static<typeof Detail>

export const ErrorBody = Type.Object(
  {
    code: Type.String({ description: 'Stable; made for programs.', examples: ['invalid_query'] }),
    details: Type.Array(Detail),
  },
  { title: 'Error', description: 'What went wrong, for programs.' },
)
export type ErrorBody = Static<typeof ErrorBody>
