import { Type, type Static } from 'typebox'
import { nullable } from './nullable.ts'

const Hash = Type.String({
  description: "SHA-256, in hex, of the line before's hash, a line end and this entry as JSON.",
})

const AuditEntry = Type.Object(
  {
    number: Type.Integer({ description: 'That of the line.' }),
    time: Type.String({ description: 'UTC, with milliseconds.', examples: ['2026-03-02T09:15:00.000Z'] }),
    actor: Type.Object({
      kind: Type.Union([Type.Literal('client'), Type.Literal('operator'), Type.Literal('server')]),
      accountId: Type.Optional(Type.String()),
      clientId: Type.Optional(Type.String()),
      name: Type.Optional(Type.String({ description: 'The user of the machine.' })),
    }),
    action: Type.String({ examples: ['client.disabled'] }),
    object: Type.Object({ kind: Type.String(), id: Type.String() }),
    accountId: nullable(Type.String({ description: 'Whose object it is; `null` for the installation.' })),
    requestId: nullable(Type.String()),
    address: nullable(Type.String({ description: 'Where the request came from; `null` for a command.' })),
    detail: Type.Record(Type.String(), Type.Unknown()),
  },
  { description: '`null` for a line that was altered beyond reading.' },
)

/** A line of the audit log, as `almanac audit export` writes it too. */
export const AuditItem = Type.Object(
  {
    number: Type.Integer({ description: 'From 1, without gaps.' }),
    entry: nullable(AuditEntry),
    hash: Hash,
  },
  { title: 'AuditLine' },
)
export type AuditItem = Static<typeof AuditItem>

/** What came of verifying the audit log. */
export const AuditVerdictItem = Type.Object(
  {
    whole: Type.Boolean({ description: 'Whether no line was altered, is missing or is out of its place.' }),
    lines: Type.Integer(),
    head: Type.Object({ number: Type.Integer(), hash: Hash }, { description: 'The last line: note it elsewhere.' }),
    faults: Type.Array(Type.Object({ number: Type.Integer(), problem: Type.String() }), {
      description: 'The first hundred.',
    }),
  },
  { title: 'AuditVerdict' },
)
export type AuditVerdictItem = Static<typeof AuditVerdictItem>
