import { once } from 'node:events'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { refusal } from '../../kernel/testing/refusal.ts'
import { smallCatalog, smallDataset } from '../testing/small-catalog.ts'
import { activateVersion } from './activate-version.ts'
import { listVersions } from './list-versions.ts'
import { loadFileOf } from './load-file-of.ts'
import { manyOrders, startLoad } from './testing/start-load.ts'
import { openLoads, type TestLoads } from './testing/open-loads.ts'

let loads: TestLoads
beforeEach(() => {
  loads = openLoads()
})
afterEach(() => loads.close())

const named = { program: 'cmp', dataset: 'Orders' }

describe('a load', () => {
  test('puts a version in force that says what it is, and the next one takes its place', async () => {
    const first = await loads.load(loads.orders('first.csv', 'b,o2,2026-01-02,5', 'a,o1,2026-01-01,7'))
    expect(first).toMatchObject({
      inForce: true,
      rowsRead: 2,
      version: {
        number: 1,
        id: expect.stringMatching(/^1-[0-9a-f]{12}$/),
        createdAt: loads.clock.now(),
        mode: 'replace',
        loadedBy: 'tester',
        files: ['first.csv'],
        rows: 2,
        accounts: 2,
        spellings: { OrderId: { kind: 'lower' } },
      },
    })
    expect(await loads.seenOrders()).toBe('o1 o2')

    const second = await loads.load(loads.orders('second.csv', 'a,o3,2026-01-03,1'))
    expect(second.version).toMatchObject({ number: 2, rows: 1, accounts: 1 })
    expect(await loads.seenOrders()).toBe('o3')
    const { id, rows, createdAt, relation } = await loads.data.versionOf(loads.dataset)
    expect({ id, rows, createdAt }).toEqual({ id: second.version.id, rows: 1, createdAt: loads.clock.now() })
    expect(relation).toMatchObject({ kind: 'files', format: 'parquet', spellings: second.version.spellings })
  })

  test('may append: the rows that were there are not written again', async () => {
    const first = await loads.load(loads.orders('first.csv', 'a,o1,2026-01-01,7'))
    const { version } = await loads.load(loads.orders('second.csv', 'b,o2,2026-01-02,5'), { mode: 'append' })
    expect(version).toMatchObject({ number: 2, mode: 'append', rows: 2, accounts: 2 })
    expect(version.parts[0]).toEqual(first.version.parts[0])
    expect(version.parts).toHaveLength(2)
    expect(await loads.seenOrders()).toBe('o1 o2')
  })

  test('that appends the same file twice has its rows twice', async () => {
    const path = loads.orders('same.csv', 'a,o1,2026-01-01,7')
    await loads.load(path, { mode: 'append' })
    const { version } = await loads.load(path, { mode: 'append' })
    expect(version.rows).toBe(2)
    expect(await loads.seenOrders()).toBe('o1 o1')
  })

  test('that appends nothing changes no part, where that is allowed', async () => {
    const first = await loads.load(loads.orders('first.csv', 'a,o1,2026-01-01,7'))
    const { version } = await loads.load(loads.orders('none.csv'), { mode: 'append', allowNoRows: true })
    expect(version).toMatchObject({ number: 2, rows: 1, accounts: 1, parts: first.version.parts })
  })

  test('of nothing, where that is allowed, leaves a dataset without rows', async () => {
    await loads.load(loads.orders('first.csv', 'a,o1,2026-01-01,7'))
    const { version } = await loads.load(loads.orders('none.csv'), { allowNoRows: true })
    expect(version).toMatchObject({ rows: 0, accounts: 0 })
    expect(await loads.seenOrders()).toBe('null')
  })

  test('that would be one part too many makes one of all', async () => {
    for (const order of ['o1', 'o2', 'o3']) {
      const path = loads.orders('next.csv', `a,${order},2026-01-01,1`)
      await loads.load(path, { mode: 'append' }, { mostParts: 2 })
    }
    const listed = await listVersions(loads.deps, named)
    expect(listed.map(({ version }) => [version.parts.length, version.rows])).toEqual([
      [1, 3],
      [2, 2],
      [1, 1],
    ])
    expect(await loads.seenOrders()).toBe('o1 o2 o3')
  })

  test('may be several files, each of its format', async () => {
    const csv = loads.orders('one.csv', 'a,o1,2026-01-01,7')
    const json = join(loads.folder, 'two.json')
    writeFileSync(json, '[{"AccountId":"b","OrderId":"o2","OrderDate":"2026-01-02","Amount":5}]')
    const { version } = await loads.load(csv, {
      bringFiles: async () => [csv, json].map((path) => loadFileOf(path, null)),
    })
    expect(version).toMatchObject({ rows: 2, files: ['one.csv', 'two.json'] })
  })

  test('that only tries tells what there would be, and changes nothing', async () => {
    await loads.load(loads.orders('first.csv', 'a,o1,2026-01-01,7'))
    const before = loads.fingerprint()
    const tried = await loads.load(loads.orders('next.csv', 'b,o2,2026-01-01,7'), { mode: 'append', dryRun: true })
    expect(tried).toMatchObject({ inForce: false, rowsRead: 1, version: { number: 2, rows: 2, accounts: 2 } })
    expect(loads.fingerprint()).toEqual(before)
  })
})

describe('nothing has changed, byte for byte, after a load', () => {
  let before: Readonly<Record<string, string>>
  beforeEach(async () => {
    await loads.load(loads.orders('good.csv', 'a,o1,2026-01-01,7'))
    before = loads.fingerprint()
  })
  async function expectNothingChanged(): Promise<void> {
    expect(loads.fingerprint()).toEqual(before)
    expect(await loads.seenOrders()).toBe('o1')
    // And it stands in nobody's way.
    expect((await loads.load(loads.orders('next.csv', 'a,o2,2026-01-01,7'))).version.number).toBe(2)
  }

  test('of a wrong file, which is refused with row and column', async () => {
    const path = loads.orders('wrong.csv', 'a,o2,2026-01-01,7', 'a,o3,2026-13-01,1.5', ',o4,2026-01-01,1')
    await expect(loads.load(path)).rejects.toEqual(
      refusal('invalid_data', {
        dataset: 'Orders',
        total: 3,
        mistakes: [
          {
            code: 'wrong_value',
            file: 'wrong.csv',
            row: 2,
            line: 3,
            column: 'OrderDate',
            problem: '"2026-13-01" is not a date such as 2024-05-31',
          },
          {
            code: 'wrong_value',
            file: 'wrong.csv',
            row: 2,
            line: 3,
            column: 'Amount',
            problem: '"1.5" is not a whole number',
          },
          {
            code: 'empty_account',
            file: 'wrong.csv',
            row: 3,
            line: 4,
            column: 'AccountId',
            problem: 'the row belongs to no account',
          },
        ],
      }),
    )
    await expectNothingChanged()
  })

  test('whose file could not be brought', async () => {
    const bringFiles = async (folder: string) => {
      writeFileSync(join(folder, 'half'), 'half of it')
      throw new Error('the client has gone')
    }
    await expect(loads.load('', { bringFiles })).rejects.toThrow('the client has gone')
    await expectNothingChanged()
  })

  test('that is called off while it runs', async () => {
    const stop = new AbortController()
    const loading = loads.load(loads.orders('large.csv', manyOrders(300_000)), {
      signal: stop.signal,
      onProgress: () => stop.abort(),
    })
    await expect(loading).rejects.toMatchObject({ name: 'EngineError', code: 'cancelled' })
    await expectNothingChanged()
  })

  test('whose engine process dies', async () => {
    const path = loads.orders('large.csv', manyOrders(300_000))
    const dying = loads.load(path, { onProgress: () => process.kill(loads.loadProcess(), 'SIGKILL') })
    await expect(dying).rejects.toMatchObject({ name: 'EngineError', code: 'crashed' })
    await expectNothingChanged()
  })

  test('whose part queries could not read', async () => {
    const profile = async () => Promise.reject(new Error('no such file'))
    const path = loads.orders('next.csv', 'a,o2,2026-01-01,7')
    await expect(loads.load(path, {}, { engine: { profile } })).rejects.toThrow('no such file')
    await expectNothingChanged()
  })

  test('whose part has lost rows on the way', async () => {
    const profile = async () => ({ rows: 1, spellings: {} })
    const path = loads.orders('next.csv', 'a,o2,2026-01-01,7', 'a,o3,2026-01-01,7')
    await expect(loads.load(path, {}, { engine: { profile } })).rejects.toThrow('the parts have 1 rows where 2 were')
    await expectNothingChanged()
  })
})

describe('one load at a time', () => {
  test('the second one is refused, in the same process', async () => {
    const arrived = Promise.withResolvers<void>()
    const goOn = Promise.withResolvers<void>()
    const path = loads.orders('first.csv', 'a,o1,2026-01-01,7')
    const first = loads.load(path, {
      async bringFiles() {
        arrived.resolve()
        await goOn.promise
        return [loadFileOf(path, null)]
      },
    })
    await arrived.promise
    await expect(loads.load(path)).rejects.toEqual(refusal('load_in_progress', { dataset: 'Orders' }))
    const activating = activateVersion(loads.deps, { ...named, number: 1, requestId: 'request' })
    await expect(activating).rejects.toEqual(refusal('load_in_progress', { dataset: 'Orders' }))
    goOn.resolve()
    expect((await first).version.number).toBe(1)
    expect((await loads.load(path)).version.number).toBe(2)
  })

  test('and from another process, until that one is gone', async () => {
    const path = loads.orders('first.csv', 'a,o1,2026-01-01,7')
    const other = startLoad(loads.folder, path, 'files')
    await once(other.stdout, 'data')
    await expect(loads.load(path)).rejects.toEqual(refusal('load_in_progress', { dataset: 'Orders' }))
    other.kill('SIGKILL')
    await once(other, 'close')
    expect((await loads.load(path)).version.number).toBe(1)
  })

  test('loads of two datasets run side by side', async () => {
    const other = smallDataset({ name: 'Returns', nameAliases: [], source: { kind: 'loaded' } })
    const both = smallCatalog([loads.dataset, other])
    const path = loads.orders('first.csv', 'a,o1,2026-01-01,7')
    const versions = await Promise.all([
      loads.load(path, {}, { catalog: both }),
      loads.load(path, { dataset: 'Returns' }, { catalog: both }),
    ])
    expect(versions.map(({ version }) => version.number)).toEqual([1, 1])
  })
})

describe('a load that can not be', () => {
  test('of a dataset that there is none of is refused with the nearest name', async () => {
    await expect(loads.load('', { dataset: 'Order' })).rejects.toEqual(
      refusal('not_found', {
        sentence: 'No item found with given filters. cmp has no dataset "Order". Did you mean Orders?',
      }),
    )
  })

  test('appends nothing to rows that were loaded when the dataset had other columns', async () => {
    const path = loads.orders('first.csv', 'a,o1,2026-01-01,7')
    await loads.load(path)
    const changed = smallDataset({
      source: { kind: 'loaded' },
      columns: [
        ...loads.dataset.columns.slice(0, 3),
        { name: 'Amount', type: 'decimal' },
        { name: 'City', type: 'string' },
      ],
    })
    const catalog = smallCatalog([changed])
    await expect(loads.load(path, { mode: 'append' }, { catalog })).rejects.toMatchObject({
      code: 'invalid_request',
      data: { field: 'mode', sentence: expect.stringContaining('without Amount, City, or with another type of it') },
    })
    await expect(loads.data.versionOf(changed)).rejects.toThrow(/was loaded before the catalog had Amount, City as/)
  })
})

describe('versions', () => {
  test('are listed, newest first, and an older one can be put in force again', async () => {
    for (const order of ['o1', 'o2', 'o3']) await loads.load(loads.orders('next.csv', `a,${order},2026-01-01,7`))
    expect((await activateVersion(loads.deps, { ...named, number: 2, requestId: 'request' })).number).toBe(2)
    expect(await loads.seenOrders()).toBe('o2')
    const listed = await listVersions(loads.deps, named)
    expect(listed.map(({ version, inForce }) => [version.number, inForce])).toEqual([
      [3, false],
      [2, true],
      [1, false],
    ])
    // The next load comes after all of them, and stands on the one in force.
    const { version } = await loads.load(loads.orders('next.csv', 'a,o4,2026-01-01,7'), { mode: 'append' })
    expect(version).toMatchObject({ number: 4, rows: 2 })
    expect(await loads.seenOrders()).toBe('o2 o4')
  })

  test('that are not kept can not be put in force', async () => {
    await expect(activateVersion(loads.deps, { ...named, number: 7, requestId: 'request' })).rejects.toEqual(
      refusal('not_found', { sentence: 'No item found with given filters. Orders has no version 7 that is kept.' }),
    )
    expect(await listVersions(loads.deps, named)).toEqual([])
  })

  test('of a dataset that only loads fill are asked for in vain until there is one', async () => {
    await expect(loads.data.versionOf(loads.dataset)).rejects.toEqual(refusal('no_data_yet', { dataset: 'Orders' }))
  })

  test('that come from another process are seen at once', async () => {
    await loads.load(loads.orders('first.csv', 'a,o1,2026-01-01,7'))
    expect(await loads.seenOrders()).toBe('o1')
    const other = startLoad(loads.folder, loads.orders('second.csv', 'a,o2,2026-01-01,7'), 'never')
    await once(other, 'close')
    expect(await loads.seenOrders()).toBe('o2')
  })
})

describe('an export that began on a version', () => {
  const patience = { timeLimitMs: 60_000, signal: new AbortController().signal }
  let own: TestLoads
  beforeEach(() => {
    own = openLoads({ retention: { keptVersions: 1, readersMs: 3_600_000 } })
  })
  afterEach(() => own.close())

  async function exportOf(paths: readonly string[], name: string, onProgress = (): void => undefined) {
    const from = `read_parquet([${paths.map((path) => `'${path}'`).join(', ')}])`
    const path = join(own.folder, 'exports', name)
    const columns = [{ name: 'order', type: 'string' } as const]
    // Wide rows, so that it takes a while and shows how far it is.
    const sql = `SELECT repeat(md5(OrderId), 100) FROM ${from} ORDER BY 1`
    const query = { dataset: 'Orders', dialect: 'duckdb' as const, sql, parameters: [], columns, window: null }
    return own.engine.export(query, { path, format: 'csv' }, { ...patience, onProgress })
  }

  test('finishes on it, with its bytes, while newer ones are loaded; its files go when nobody can be reading them', async () => {
    await own.load(own.orders('first.csv', manyOrders(60_000)))
    const { relation } = await own.data.versionOf(own.dataset)
    if (relation.kind !== 'files') throw new Error('what is loaded is files')
    const { sha256 } = await exportOf(relation.paths, 'alone.csv')

    const begun = Promise.withResolvers<void>()
    const running = exportOf(relation.paths, 'running.csv', () => begun.resolve())
    await begun.promise
    for (const order of ['o1', 'o2']) await own.load(own.orders('next.csv', `a,${order},2026-01-01,7`))
    expect(await own.seenOrders()).toBe('o2')
    expect((await running).sha256).toBe(sha256)
    // One that found the version before the switch and waited for a free engine process begins only now.
    expect((await exportOf(relation.paths, 'late.csv')).sha256).toBe(sha256)

    await own.clock.advance(3_600_000)
    await own.load(own.orders('last.csv', 'a,o3,2026-01-01,7'))
    expect(relation.paths.map((path) => existsSync(path))).toEqual([false])
    expect((await listVersions(own.deps, named)).map(({ version }) => version.number)).toEqual([4, 3])
  }, 60_000)
})
