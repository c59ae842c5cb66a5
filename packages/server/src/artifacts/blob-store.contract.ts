import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { appendFile, writeFile } from 'node:fs/promises'
import { buffer } from 'node:stream/consumers'
import { beforeEach, describe, expect, test } from 'vitest'
import type { BlobContent, BlobStore, ByteRange, FilesUnderWay } from './blob-store.ts'

/** What a manifest would say of these bytes. */
export function contentOf(content: string | Buffer): BlobContent {
  return { sizeBytes: Buffer.byteLength(content), sha256: createHash('sha256').update(content).digest('hex') }
}

/** No file is under way. */
export const nobody: FilesUnderWay = () => Promise.resolve(new Set())

/** What every blob store does. `create` makes an empty one. */
export function blobStoreContract(name: string, create: () => Promise<BlobStore>): void {
  describe(`a blob store (${name})`, () => {
    let store: BlobStore

    beforeEach(async () => {
      store = await create()
    })

    async function publish(key: string, content: string | Buffer): Promise<void> {
      await writeFile(store.stagingPath(key), content)
      await store.publish(key, contentOf(content))
    }

    async function read(key: string, range?: ByteRange): Promise<string | undefined> {
      const stream = await store.open(key, range)
      return stream === undefined ? undefined : (await buffer(stream)).toString()
    }

    test('has a staging path for each key, in a folder that exists, where nothing stands yet', async () => {
      expect(store.stagingPath('one')).not.toBe(store.stagingPath('two'))
      expect(existsSync(store.stagingPath('one'))).toBe(false)
      await writeFile(store.stagingPath('one'), 'x', { flag: 'wx' })
    })

    test('shows a blob from its publication on, whole', async () => {
      await writeFile(store.stagingPath('key'), 'first half, ')
      expect(await read('key')).toBeUndefined()
      await appendFile(store.stagingPath('key'), 'second half')
      expect(await read('key')).toBeUndefined()
      await store.publish('key', contentOf('first half, second half'))
      expect(await read('key')).toBe('first half, second half')
    })

    test('has no staging file left after publication', async () => {
      await publish('key', 'x')
      expect(existsSync(store.stagingPath('key'))).toBe(false)
    })

    test('names the blobs that were published before an instant, and no staging file', async () => {
      for (const key of ['aa-1', 'aa-2', 'bb-1']) await publish(key, 'x')
      await writeFile(store.stagingPath('cc-1'), 'x')
      const keysBefore = async (at: number): Promise<readonly string[]> => {
        const found: string[] = []
        for await (const keys of store.published(at)) found.push(...keys)
        return found.toSorted()
      }
      expect(await keysBefore(Date.now() + 60_000)).toEqual(['aa-1', 'aa-2', 'bb-1'])
      expect(await keysBefore(Date.now() - 60_000)).toEqual([])
    })

    test('publishes nothing when there is no staging file', async () => {
      await expect(store.publish('never-written', contentOf(''))).rejects.toBeInstanceOf(Error)
      expect(await read('never-written')).toBeUndefined()
    })

    test('gives any range of a blob, both ends included', async () => {
      await publish('key', '0123456789')
      expect(await read('key', { start: 0, end: 0 })).toBe('0')
      expect(await read('key', { start: 2, end: 4 })).toBe('234')
      expect(await read('key', { start: 0, end: 9 })).toBe('0123456789')
      expect(await read('key', { start: 9, end: 9 })).toBe('9')
    })

    test('gives back every byte of a large blob, and every byte of a range across its chunks', async () => {
      const content = Buffer.alloc(5_000_000)
      for (let at = 0; at < content.length; at += 4) content.writeUInt32LE(at, at)
      await publish('key', content)
      const whole = await store.open('key')
      expect(whole !== undefined && content.equals(await buffer(whole))).toBe(true)
      const part = await store.open('key', { start: 1_048_575, end: 3_145_729 })
      expect(part !== undefined && content.subarray(1_048_575, 3_145_730).equals(await buffer(part))).toBe(true)
    })

    test('opens an empty blob', async () => {
      await publish('key', '')
      expect(await read('key')).toBe('')
    })

    test('lets several readers read at once, and one of them go away early', async () => {
      await publish('key', Buffer.alloc(3_000_000, 'x'))
      const [quitter, reader] = await Promise.all([store.open('key'), store.open('key')])
      quitter?.destroy()
      expect(reader === undefined ? 0 : (await buffer(reader)).length).toBe(3_000_000)
    })

    test('has no blob that was never published, or was deleted', async () => {
      expect(await read('none')).toBeUndefined()
      await publish('key', 'x')
      await publish('other', 'y')
      await store.delete('key')
      expect([await read('key'), await read('other')]).toEqual([undefined, 'y'])
    })

    test("deletes and discards what isn't there without complaint", async () => {
      await store.delete('none')
      await store.discard('none')
      await writeFile(store.stagingPath('key'), 'x')
      await store.discard('key')
      expect(existsSync(store.stagingPath('key'))).toBe(false)
      await expect(store.publish('key', contentOf('x'))).rejects.toBeInstanceOf(Error)
    })

    test('discards a staging file without touching the blob of another key', async () => {
      await publish('key', 'x')
      await writeFile(store.stagingPath('retry'), 'y')
      await store.discard('retry')
      expect(await read('key')).toBe('x')
    })

    test('sweeps staging files that nobody has touched since, and counts them', async () => {
      await writeFile(store.stagingPath('left'), 'x')
      expect(await store.sweepStaging(0, nobody)).toBe(0)
      expect(existsSync(store.stagingPath('left'))).toBe(true)
      expect(await store.sweepStaging(Number.MAX_SAFE_INTEGER, nobody)).toBe(1)
      expect(existsSync(store.stagingPath('left'))).toBe(false)
    })

    test('sweeps no staging file that somebody is making, however old it is', async () => {
      for (const key of ['left', 'making']) await writeFile(store.stagingPath(key), 'x')
      expect(await store.sweepStaging(Number.MAX_SAFE_INTEGER, async () => new Set(['making']))).toBe(1)
      expect([existsSync(store.stagingPath('left')), existsSync(store.stagingPath('making'))]).toEqual([false, true])
    })
  })
}
