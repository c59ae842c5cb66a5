import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { blobStoreContract, nobody } from '../../artifacts/blob-store.contract.ts'
import { createDiskBlobStore } from './create-disk-blob-store.ts'

let root: string
let folders = 0

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'almanac-blobs-'))
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

function newFolder(): string {
  folders += 1
  return join(root, `store-${folders}`)
}

blobStoreContract('on disk', () => Promise.resolve(createDiskBlobStore(newFolder())))

describe('the disk blob store', () => {
  test('stages on the file system that it publishes to, in its staging folder', () => {
    const store = createDiskBlobStore(newFolder())
    expect(dirname(store.stagingPath('key'))).toBe(store.stagingFolder)
  })

  test('spreads blobs over folders by their first characters', async () => {
    const folder = newFolder()
    const store = createDiskBlobStore(folder)
    for (const key of ['ab-1', 'ab-2', 'cd-1', 'e']) {
      await writeFile(store.stagingPath(key), key)
      await store.publish(key)
    }
    expect(new Set(readdirSync(join(folder, 'blobs'), { recursive: true, encoding: 'utf8' }))).toEqual(
      new Set(['ab', 'ab/ab-1', 'ab/ab-2', 'cd', 'cd/cd-1', 'e', 'e/e']),
    )
  })

  test('finds what was published before it was opened again', async () => {
    const folder = newFolder()
    const before = createDiskBlobStore(folder)
    await writeFile(before.stagingPath('key'), 'kept')
    await before.publish('key')
    const stream = await createDiskBlobStore(folder).open('key')
    expect(stream === undefined ? 'gone' : (await buffer(stream)).toString()).toBe('kept')
  })

  test.each(['', '.', '..', '../out', 'a/b', 'a\\b', '/etc/passwd', '.hidden', 'a\0b', 'ü', 'x'.repeat(201)])(
    'takes %j for no key',
    async (key) => {
      const store = createDiskBlobStore(newFolder())
      expect(() => store.stagingPath(key)).toThrow('key of a blob')
      await expect(Promise.resolve().then(() => store.open(key))).rejects.toThrow('key of a blob')
      await expect(Promise.resolve().then(() => store.publish(key))).rejects.toThrow('key of a blob')
      await expect(Promise.resolve().then(() => store.delete(key))).rejects.toThrow('key of a blob')
      await expect(Promise.resolve().then(() => store.discard(key))).rejects.toThrow('key of a blob')
    },
  )

  test('sweeps what a dead worker left, and neither what is being written nor what is published', async () => {
    const store = createDiskBlobStore(newFolder())
    for (const key of ['old-1', 'old-2', 'fresh', 'done']) await writeFile(store.stagingPath(key), key)
    await store.publish('done')
    const sweptAt = Date.UTC(2024, 0, 2)
    for (const key of ['old-1', 'old-2']) await utimes(store.stagingPath(key), sweptAt / 1000 - 60, sweptAt / 1000 - 60)
    expect(await store.sweepStaging(sweptAt, nobody)).toBe(2)
    expect(await store.sweepStaging(sweptAt, nobody)).toBe(0)
    expect(readdirSync(store.stagingFolder)).toEqual(['fresh'])
    expect(statSync(store.stagingPath('fresh')).size).toBe(5)
    expect(await store.open('done')).toBeDefined()
  })
})
