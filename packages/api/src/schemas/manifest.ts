import { Type, type Static } from 'typebox'
import { nullable } from './nullable.ts'
import { FileFormat } from './report.ts'
import { WireTime } from './wire-time.ts'

/** What a file holds and how to check it. */
export const ManifestItem = Type.Object(
  {
    executionId: Type.String(),
    reportId: Type.String(),
    reportName: Type.String(),
    format: FileFormat,
    rows: Type.Integer({ description: 'Without the header row.' }),
    sizeBytes: Type.Integer({ description: 'Of the file before any compression.' }),
    sha256: Type.String({ description: 'Lower-case hex, of the file before any compression.' }),
    columns: Type.Array(Type.Object({ name: Type.String(), type: Type.String() })),
    neutralizedFormulas: Type.Boolean({
      description: 'Whether texts that a spreadsheet would run have an apostrophe before them.',
    }),
    query: Type.String(),
    dataset: Type.String(),
    dataVersion: nullable(
      Type.String({
        description: 'Changes when the rows of the dataset do; `null` for a table of Trino, of which nobody can tell.',
      }),
    ),
    referenceTime: WireTime('What TIMESPAN counts back from.'),
    generatedTime: WireTime('When the file was made.'),
  },
  { title: 'Manifest' },
)
export type ManifestItem = Static<typeof ManifestItem>
