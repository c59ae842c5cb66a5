import { Type } from 'typebox'

/** The path parameter of every operation on a program's data. */
export const program = { program: Type.String({ description: 'A program of the catalog, such as `cmp`.' }) }

/** The path parameters of an operation on one dataset. */
export const datasetOfProgram = { ...program, dataset: Type.String({ description: 'A dataset of the program.' }) }

/** The query parameters of a list that comes in pages. */
export const paging = {
  $top: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 10_000, default: 1_000, description: 'Records in one page, at most.' }),
  ),
  $skipToken: Type.Optional(Type.String({ description: 'Where the page begins: comes with `nextLink`.' })),
}
