import { Type } from 'typebox'

/** The path parameter of every operation on a program's data. */
export const program = { program: Type.String({ description: 'A program of the catalog, such as `cmp`.' }) }

/** The path parameters of an operation on one dataset. */
export const datasetOfProgram = { ...program, dataset: Type.String({ description: 'A dataset of the program.' }) }

/** The path parameter of an operation on one account. */
export const ofAccount = { accountId: Type.String({ description: "As the datasets' account columns hold it." }) }

/** The path parameter of an operation on one client. */
export const ofClient = { clientId: Type.String() }

/** The path parameters of an operation on one certificate of a client. */
export const ofCertificate = {
  ...ofClient,
  thumbprint: Type.String({ description: 'SHA-256 of the DER form, base64url: its `x5t#S256`.' }),
}

/** The header of every operation that does something new each time it is asked. */
export const onceHeaders = Type.Object({
  'Idempotency-Key': Type.Optional(
    Type.String({
      maxLength: 255,
      description:
        "A name for this request, one that the client has given to no other. The same request again within 24 hours does nothing and gets the first one's answer, with `idempotency-replayed: true`; another request under the same key is a 422, and a 409 says that the first is still being served.",
    }),
  ),
})

/** The query parameters of a list that comes in pages. */
export const paging = {
  $top: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 10_000, default: 1_000, description: 'Records in one page, at most.' }),
  ),
  $skipToken: Type.Optional(Type.String({ description: 'Where the page begins: comes with `nextLink`.' })),
}
