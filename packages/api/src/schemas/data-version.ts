import { Type, type Static } from 'typebox'
import { nullable } from './nullable.ts'
import { WireTime } from './wire-time.ts'

export const LoadMode = Type.Union([Type.Literal('replace'), Type.Literal('append')])

/** A loaded version of a dataset. */
export const DataVersionItem = Type.Object(
  {
    datasetName: Type.String(),
    version: Type.Integer({ description: 'From 1, one more for each load.' }),
    dataVersion: Type.String({ description: 'What manifests name.' }),
    inForce: Type.Boolean({ description: 'Whether queries read it.' }),
    createdTime: WireTime('When it was loaded.'),
    mode: LoadMode,
    loadedBy: Type.String({ description: 'The client that loaded it, or a user of the machine.' }),
    files: Type.Array(Type.String(), { description: 'What the load read.' }),
    rows: Type.Integer({ description: 'All, of every account.' }),
    accounts: nullable(Type.Integer({ description: 'How many have rows; `null` where the data belongs to everyone.' })),
    sizeBytes: Type.Integer({ description: 'On disk.' }),
  },
  { title: 'DataVersion' },
)
export type DataVersionItem = Static<typeof DataVersionItem>

export const FileKind = Type.Union([
  Type.Literal('csv'),
  Type.Literal('tsv'),
  Type.Literal('json'),
  Type.Literal('parquet'),
])
