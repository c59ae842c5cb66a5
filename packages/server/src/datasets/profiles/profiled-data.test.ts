import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { createDataFolder } from '../data-folder.ts'
import type { DataVersion } from '../data-version.ts'
import type { CatalogDataset } from '../dataset.ts'
import { EngineError } from '../query-engine.ts'
import type { DataProfile, PreviewOptions, ProfileRequest } from '../query-engine.ts'
import { smallDataset } from '../testing/small-catalog.ts'
import { createProfileFolder } from './profile-folder.ts'
import { createProfiledData } from './profiled-data.ts'
import type { ProfiledDataDeps, ProfileFailure } from './profiled-data.ts'

const learnt: DataProfile = { rows: 12, spellings: { OrderId: { kind: 'lower' } } }

let folder: string
let failures: ProfileFailure[]
let asked: ProfileRequest[]
let ids = 0

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'almanac-profiled-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  failures = []
  asked = []
})

type Look = (request: ProfileRequest, options: PreviewOptions) => Promise<DataProfile>

/** Data in the test's folder, looked at by `look`; each call is a new server on the same disk. */
function open(look: Look = async () => learnt, change: Partial<ProfiledDataDeps> = {}) {
  return createProfiledData({
    source: createDataFolder(folder),
    engine: {
      profile(request, options) {
        asked.push(request)
        return look(request, options)
      },
    },
    profiles: createProfileFolder({
      folder: join(folder, 'profiles'),
      newId: () => `id-${(ids += 1)}`,
      keptProfiles: 10,
    }),
    smallestBytes: 1,
    timeLimitMs: 1_000,
    signal: new AbortController().signal,
    onFailure: (failure) => failures.push(failure),
    ...change,
  })
}

const dataset = (name: string, change: Partial<CatalogDataset> = {}): CatalogDataset =>
  smallDataset({ name, source: { kind: 'files', format: 'parquet', pattern: `${name}.parquet` }, ...change })

const fill = (name: string, sizeBytes = 10): Promise<void> => writeFile(join(folder, name), 'x'.repeat(sizeBytes))

test('the query that meets a version first gets it as it is; from then on it comes with what is known', async () => {
  await fill('Orders.parquet')
  const gate = Promise.withResolvers<DataProfile>()
  const data = open(() => gate.promise)
  const bare = { ...(await createDataFolder(folder).versionOf(dataset('Orders'))), isUnchanged: expect.any(Function) }

  expect(await data.versionOf(dataset('Orders'))).toEqual(bare)
  expect(await data.versionOf(dataset('Orders'))).toEqual(bare)
  gate.resolve(learnt)
  await data.idle()

  expect(await data.versionOf(dataset('Orders'))).toEqual({
    ...bare,
    rows: 12,
    relation: { ...bare.relation, spellings: learnt.spellings },
  })
  expect(asked).toEqual([{ accountColumn: 'AccountId', relation: bare.relation, stringColumns: ['OrderId'] }])
})

test('many queries at once look at a version once', async () => {
  await fill('Orders.parquet')
  const data = open()
  await Promise.all(Array.from({ length: 20 }, () => data.versionOf(dataset('Orders'))))
  await data.idle()
  expect(asked).toHaveLength(1)
})

test('after a restart the first query has what was known, and nothing is looked at', async () => {
  await fill('Orders.parquet')
  const before = open()
  await before.versionOf(dataset('Orders'))
  await before.idle()

  const after = open()
  expect(await after.versionOf(dataset('Orders'))).toMatchObject({ rows: 12 })
  await after.idle()
  expect(asked).toHaveLength(1)
})

test('a new version is looked at anew, and so is a dataset that lists another text', async () => {
  await fill('Orders.parquet')
  const data = open()
  await data.versionOf(dataset('Orders'))
  await data.idle()

  await fill('Orders.parquet', 20)
  expect(await data.versionOf(dataset('Orders'))).toMatchObject({ rows: null })
  await data.idle()
  const columns = [...dataset('Orders').columns, { name: 'Note', type: 'string' as const }]
  expect(await data.versionOf(dataset('Orders', { columns }))).toMatchObject({ rows: null })
  await data.idle()
  expect(asked.map(({ stringColumns }) => stringColumns)).toEqual([['OrderId'], ['OrderId'], ['OrderId', 'Note']])
})

test('what was read while the files were replaced is not believed', async () => {
  // As a backup puts it back: the same size, the same time, the same version.
  const restore = async (): Promise<void> => {
    await fill('Orders.parquet')
    await utimes(join(folder, 'Orders.parquet'), 5, 5)
  }
  await restore()
  const data = open(async () => {
    await fill('Orders.parquet', 20)
    return learnt
  })
  const { id } = await data.versionOf(dataset('Orders'))
  await data.idle()
  await restore()

  expect(await data.versionOf(dataset('Orders'))).toMatchObject({ id, rows: null })
  const later = open()
  expect(await later.versionOf(dataset('Orders'))).toMatchObject({ id, rows: null })
  await later.idle()
})

test('one is looked at after the other, the smallest that waits first', async () => {
  await Promise.all([fill('A.parquet', 10), fill('B.parquet', 3_000), fill('C.parquet', 200)])
  const gate = Promise.withResolvers<DataProfile>()
  let atOnce = 0
  const data = open(async () => {
    atOnce += 1
    expect(atOnce).toBe(1)
    await gate.promise
    atOnce -= 1
    return learnt
  })
  for (const name of ['A', 'B', 'C']) await data.versionOf(dataset(name))
  gate.resolve(learnt)
  await data.idle()
  const paths = asked.map(({ relation }) => (relation.kind === 'files' ? relation.paths : []))
  expect(paths).toEqual([[join(folder, 'A.parquet')], [join(folder, 'C.parquet')], [join(folder, 'B.parquet')]])
})

test('a version that is overtaken while it waits is not looked at any more', async () => {
  await Promise.all([fill('A.parquet'), fill('B.parquet')])
  const gate = Promise.withResolvers<DataProfile>()
  const data = open(() => gate.promise)
  await data.versionOf(dataset('A'))
  await data.versionOf(dataset('B'))
  await fill('B.parquet', 20)
  await data.versionOf(dataset('B'))
  gate.resolve(learnt)
  await data.idle()
  expect(asked).toHaveLength(2)
})

test('when it fails the queries go on as before, it is said once and without a value of the data', async () => {
  await fill('Orders.parquet')
  const data = open(() =>
    Promise.reject(new EngineError('failed', 'The engine refused the query.', { cause: new Error('CANARY') })),
  )
  for (let query = 0; query < 3; query += 1) {
    expect(await data.versionOf(dataset('Orders'))).toMatchObject({ rows: null })
    await data.idle()
  }
  expect(asked).toHaveLength(1)
  expect(failures).toEqual([
    { dataset: 'Orders', dataVersion: expect.any(String), reason: 'The engine refused the query.' },
  ])
})

test('a disk that takes no file costs the profile only at the next start', async () => {
  await fill('Orders.parquet')
  await writeFile(join(folder, 'profiles'), 'a file where a folder should be')
  const data = open()
  await data.versionOf(dataset('Orders'))
  await data.idle()
  expect(await data.versionOf(dataset('Orders'))).toMatchObject({ rows: 12 })
  expect(failures).toHaveLength(1)
})

test('a small dataset, and one of text files, is not looked at', async () => {
  await Promise.all([fill('Small.parquet', 99), fill('Large.parquet', 100), fill('Text.csv', 100)])
  const data = open(undefined, { smallestBytes: 100 })
  await data.versionOf(dataset('Small'))
  await data.versionOf(dataset('Large'))
  const source = { kind: 'files', format: 'csv', pattern: 'Text.csv' } as const
  await data.versionOf(dataset('Text', { source }))
  await data.idle()
  expect(asked).toEqual([
    expect.objectContaining({ relation: expect.objectContaining({ paths: [join(folder, 'Large.parquet')] }) }),
  ])
})

test('a version that came with its profile keeps it', async () => {
  const version: DataVersion = {
    id: '1-abc',
    relation: { kind: 'files', format: 'parquet', paths: ['/x'], spellings: {} },
    createdAt: 5,
    rows: 7,
  }
  const data = open(undefined, { source: { versionOf: async () => version } })
  expect(await data.versionOf(dataset('Orders'))).toBe(version)
  await data.idle()
  expect(asked).toEqual([])
})

test('a server that ends looks at nothing more, and says nothing of it', async () => {
  await Promise.all([fill('A.parquet'), fill('B.parquet')])
  const ending = new AbortController()
  const data = open(
    (_, { signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason))
        ending.abort()
      }),
    { signal: ending.signal },
  )
  await data.versionOf(dataset('A'))
  await data.versionOf(dataset('B'))
  await data.idle()
  expect(asked).toHaveLength(1)
  expect(failures).toEqual([])
})

test('a dataset without data is refused as the source refuses it', async () => {
  await expect(open().versionOf(dataset('Nothing'))).rejects.toThrow('matches no file')
})
