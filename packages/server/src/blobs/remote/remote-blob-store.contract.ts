import { spawn } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer, text } from 'node:stream/consumers'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { blobStoreContract, contentOf, nobody } from '../../artifacts/blob-store.contract.ts'
import { BlobStoreUnavailable } from '../../artifacts/blob-store-unavailable.ts'
import type { Settings } from '../../config/settings.ts'
import { createStaging } from '../staging/create-staging.ts'
import { openTroubledLine, type TroubledLine } from '../testing/troubled-line.ts'
import type { UploadFigures, UploadOrder } from '../testing/upload-child.ts'
import {
  createRemoteBlobStore,
  remoteLimits,
  type RemoteBlobStore,
  type RemoteLimits,
} from './create-remote-blob-store.ts'
import type { ObjectStore } from './object-store.ts'

/** A service that runs, as the contract needs it. */
export interface Service {
  readonly port: number
  /** By way of a port of this machine: the service's own, or that of a line to it. */
  open(port: number): Promise<ObjectStore>
  /** The settings that name it. */
  place(port: number): Settings['artifacts']['place']
  /** How many names that begin so have parts that were sent and never committed. */
  unfinished(prefix: string): Promise<number>
  /** Whether parts can be dropped by who sent them. Azure drops them itself, after a week. */
  readonly dropsUploads: boolean
}

const mebibyte = 2 ** 20
const uploadChild = join(import.meta.dirname, '../testing/upload-child.ts')

/** What every blob store does that is elsewhere, on a service that runs. */
export function remoteBlobStoreContract(name: string, service: Service): void {
  let root: string
  let prefix: string
  let folders = 0

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'almanac-remote-'))
  })
  afterAll(() => rm(root, { recursive: true, force: true }))
  beforeEach(() => (prefix = `test/${randomUUID()}/`))

  async function openStore(port = service.port, limits: Partial<RemoteLimits> = {}): Promise<RemoteBlobStore> {
    folders += 1
    const staging = createStaging(join(root, `staging-${folders}`))
    return createRemoteBlobStore({
      objects: await service.open(port),
      staging,
      prefix,
      limits: { ...remoteLimits, ...limits },
    })
  }

  async function openLine(): Promise<TroubledLine> {
    const line = await openTroubledLine(service.port)
    onTestFinished(() => line.close())
    return line
  }

  async function publish(store: RemoteBlobStore, key: string, bytes: string | Buffer, signal?: AbortSignal) {
    await writeFile(store.stagingPath(key), bytes)
    await store.publish(key, contentOf(bytes), signal)
  }

  async function read(store: RemoteBlobStore, key: string): Promise<Buffer | undefined> {
    const stream = await store.open(key)
    return stream && buffer(stream)
  }

  blobStoreContract(`in ${name}`, () => openStore())

  describe(`a remote blob store (${name}): an upload`, () => {
    test.each([
      ['of exactly one part', 5 * mebibyte],
      ['of one byte more', 5 * mebibyte + 1],
      ['of several parts', 23 * mebibyte + 7],
    ])('%s gives back every byte', async (_, sizeBytes) => {
      const store = await openStore(service.port, { partBytes: 5 * mebibyte })
      const bytes = randomBytes(sizeBytes)
      await publish(store, 'key', bytes)
      expect((await read(store, 'key'))?.equals(bytes)).toBe(true)
      expect(existsSync(store.stagingPath('key'))).toBe(false)
      expect(await service.unfinished(prefix)).toBe(0)
    })

    test.each([
      ['in one request', 1_000],
      ['in parts', 11 * mebibyte],
    ])('%s never replaces what is published: the first stays', async (_, sizeBytes) => {
      const store = await openStore(service.port, { partBytes: 5 * mebibyte })
      const [first, second] = [randomBytes(sizeBytes), randomBytes(sizeBytes)]
      await publish(store, 'key', first)
      await expect(publish(store, 'key', second)).rejects.toBeInstanceOf(BlobStoreUnavailable)
      expect((await read(store, 'key'))?.equals(first)).toBe(true)
      expect(await service.unfinished(prefix)).toBeLessThanOrEqual(service.dropsUploads ? 0 : 1)
    })

    test('of two workers at once under one key: one is published whole, the other is refused', async () => {
      const stores = await Promise.all([0, 1].map(() => openStore(service.port, { partBytes: 5 * mebibyte })))
      const contents = stores.map(() => randomBytes(11 * mebibyte))
      const ends = await Promise.allSettled(
        stores.map((store, index) => publish(store, 'key', contents[index] ?? Buffer.alloc(0))),
      )
      const winners = contents.filter((_bytes, index) => ends[index]?.status === 'fulfilled')
      expect(winners).toHaveLength(1)
      const [store] = stores
      const published = store && (await read(store, 'key'))
      expect(published?.equals(winners[0] ?? Buffer.alloc(0))).toBe(true)
    })

    test.each([
      ['a digest', { sizeBytes: 11 * mebibyte, sha256: '0'.repeat(64) }, /digest/],
      ['a size', { sizeBytes: 11 * mebibyte + 1, sha256: '0'.repeat(64) }, /bytes, its manifest says/],
    ])('of a file that has %s unlike its manifest publishes nothing', async (_, content, words) => {
      const store = await openStore(service.port, { partBytes: 5 * mebibyte })
      await writeFile(store.stagingPath('key'), randomBytes(11 * mebibyte))
      await expect(store.publish('key', content)).rejects.toThrow(words)
      expect(await store.open('key')).toBeUndefined()
      expect(await service.unfinished(prefix)).toBeLessThanOrEqual(service.dropsUploads ? 0 : 1)
    })

    test.each([
      ['in one request', 3 * mebibyte],
      ['in parts', 11 * mebibyte],
    ])('%s of which a bit changes on the way is refused, and nothing is published', async (_, sizeBytes) => {
      const line = await openLine()
      const store = await openStore(line.port, { partBytes: 5 * mebibyte })
      await store.ask()
      line.spoil(2 * mebibyte)
      await expect(publish(store, 'key', randomBytes(sizeBytes))).rejects.toBeInstanceOf(BlobStoreUnavailable)
      expect(await store.open('key')).toBeUndefined()
    })

    test('whose answer is lost is found to be done', async () => {
      const line = await openLine()
      const store = await openStore(line.port)
      await store.ask()
      line.breakAfter(1)
      await publish(store, 'key', 'all of it')
      expect(await read(store, 'key').then(String)).toBe('all of it')
    })

    test('that is called off stops, and publishes nothing', async () => {
      const line = await openLine()
      const store = await openStore(line.port, { partBytes: 5 * mebibyte })
      const lost = new AbortController()
      const reason = new Error('the lease is lost')
      const ended = publish(store, 'key', randomBytes(40 * mebibyte), lost.signal)
      ended.catch(() => undefined)
      await line.sent(12 * mebibyte)
      lost.abort(reason)
      await expect(ended).rejects.toBe(reason)
      expect(await store.open('key')).toBeUndefined()
    })

    test('by a worker that is killed publishes nothing; what it left is swept, what is fresh is not', async () => {
      const line = await openLine()
      const store = await openStore()
      const order = orderFor(line.port, 120 * mebibyte)
      const child = spawn(process.execPath, [uploadChild, JSON.stringify(order)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      onTestFinished(() => void child.kill('SIGKILL'))
      await once(createInterface({ input: child.stdout }), 'line')
      await line.sent((30 + 40) * mebibyte)
      child.kill('SIGKILL')
      await once(child, 'exit')

      expect(await store.open('upload')).toBeUndefined()
      const listed: string[] = []
      for await (const keys of store.published(Infinity)) listed.push(...keys)
      expect(listed).toEqual(['warm'])
      expect(await service.unfinished(prefix)).toBe(1)
      await store.sweepStaging(Date.now() - 600_000, nobody)
      expect(await service.unfinished(prefix)).toBe(1)
    })

    test('of 240 MB, and its download, take no memory that grows with it', async () => {
      const order = orderFor(service.port, 240 * mebibyte)
      const child = spawn(process.execPath, [uploadChild, JSON.stringify(order)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      onTestFinished(() => void child.kill('SIGKILL'))
      const [, line = ''] = (await text(child.stdout)).split('\n')
      const figures = JSON.parse(line) as UploadFigures
      expect(figures.sameBytes).toBe(true)
      // Three parts in hand, what the collector leaves for later, and the download's own buffers.
      expect(figures.grownMiB).toBeLessThan(100)
    })

    /** An upload by a process of its own that ends up under `prefix`. */
    function orderFor(port: number, sizeBytes: number): UploadOrder {
      const place = service.place(port)
      const tenantId = prefix.slice('test/'.length, -1)
      const dataFolder = join(root, `worker-${tenantId}`)
      return {
        settings: { artifacts: { place, links: 'own', prefix: 'test/' }, dataFolder },
        tenantId,
        key: 'upload',
        sizeBytes,
      }
    }
  })

  describe(`a remote blob store (${name}): a download`, () => {
    test('that breaks off goes on where it was', async () => {
      const line = await openLine()
      const bytes = randomBytes(20 * mebibyte)
      await publish(await openStore(), 'key', bytes)
      const stream = await (await openStore(line.port)).open('key')
      line.breakAfter(7 * mebibyte)
      expect(stream && (await buffer(stream)).equals(bytes)).toBe(true)
      expect(line.received).toBeGreaterThan(20 * mebibyte)
    })

    test('of a part that breaks off has that part, and no byte more', async () => {
      const line = await openLine()
      const bytes = randomBytes(20 * mebibyte)
      await publish(await openStore(), 'key', bytes)
      const range = { start: 3 * mebibyte + 1, end: 18 * mebibyte }
      const stream = await (await openStore(line.port)).open('key', range)
      line.breakAfter(7 * mebibyte)
      expect(stream && (await buffer(stream)).equals(bytes.subarray(range.start, range.end + 1))).toBe(true)
    })

    test('on a line that falls silent ends with an error, never short', async () => {
      const line = await openLine()
      await publish(await openStore(), 'key', randomBytes(20 * mebibyte))
      const stream = await (await openStore(line.port, { silenceMs: 300, answerMs: 600 })).open('key')
      line.fallSilent()
      await expect(stream && buffer(stream)).rejects.toBeInstanceOf(BlobStoreUnavailable)
    })

    test('of a blob that is deleted and broke off ends with an error, never short', async () => {
      const line = await openLine()
      const store = await openStore()
      await publish(store, 'key', randomBytes(20 * mebibyte))
      const stream = await (await openStore(line.port)).open('key')
      await store.delete('key')
      line.breakAfter(3 * mebibyte)
      await expect(stream && buffer(stream)).rejects.toBeInstanceOf(Error)
    })
  })

  describe(`a remote blob store (${name}) that can't be reached`, () => {
    test('says so, in words without a secret, and works again when it is back', async () => {
      const line = await openLine()
      const store = await openStore(line.port, { partMs: 3_000, answerMs: 3_000 })
      await publish(store, 'before', 'x')
      line.cut()
      const failures = await Promise.all(
        [
          publish(store, 'key', 'y'),
          store.open('before'),
          store.ask(),
          store.delete('before'),
          store.published(0)[Symbol.asyncIterator]().next(),
        ].map((asked) =>
          asked.then(
            () => undefined,
            (error: unknown) => error,
          ),
        ),
      )
      for (const failure of failures) expect(failure).toBeInstanceOf(BlobStoreUnavailable)
      expect(failures.join('\n')).not.toMatch(/AccountKey|Eby8vdM0|almanac-test-secret|[Ss]ignature/)
      line.mend()
      await store.ask()
      await store.publish('key', contentOf('y'))
      expect([await read(store, 'before').then(String), await read(store, 'key').then(String)]).toEqual(['x', 'y'])
    })

    test('and says nothing is not waited for', async () => {
      const line = await openLine()
      const store = await openStore(line.port, { answerMs: 700 })
      line.fallSilent()
      await expect(store.open('key')).rejects.toThrow(/no answer within 0\.7 s/)
    })
  })

  describe(`a remote blob store (${name}): its list`, () => {
    test('goes over all pages', async () => {
      const store = await openStore()
      const all = Array.from({ length: 1_040 }, (_, index) => `key-${String(index).padStart(4, '0')}`)
      const lanes = Array.from({ length: 16 }, async (_, lane) => {
        for (const key of all.filter((_key, index) => index % 16 === lane)) await publish(store, key, key)
      })
      await Promise.all(lanes)
      const pages: (readonly string[])[] = []
      for await (const keys of store.published(Infinity)) pages.push(keys)
      expect(pages.length).toBeGreaterThan(1)
      expect(pages.flat().toSorted()).toEqual(all)
    })

    test('has nothing of other installations, nor what lies deeper', async () => {
      const objects = await service.open(service.port)
      const { signal } = new AbortController()
      const bytes = Buffer.from('theirs')
      for (const theirs of [`${prefix}deeper/key`, `${prefix.slice(0, -1)}-other/key`])
        await objects.put(theirs, bytes, contentOf(bytes), signal)
      const store = await openStore()
      await publish(store, 'ours', 'x')
      const listed: string[] = []
      for await (const keys of store.published(Infinity)) listed.push(...keys)
      expect(listed).toEqual(['ours'])
    })
  })

  describe(`a remote blob store (${name}): a link`, () => {
    const shown = {
      contentType: 'text/csv; charset=utf-8',
      contentDisposition: `attachment; filename="Gr__e & 1.csv"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%20%26%201.csv`,
    }
    const inAnHour = (): number => (Math.floor(Date.now() / 1_000) + 3_600) * 1_000

    async function linkTo(key: string, expiresAt = inAnHour()): Promise<URL> {
      const store = await openStore()
      await publish(store, key, 'a,b\n1,2\n')
      const link = await store.linkTo(key, shown, expiresAt)
      expect(link.expiresAt).toBe(expiresAt)
      return new URL(link.url)
    }

    const status = async (url: URL, method = 'GET'): Promise<number> => {
      const answer = await fetch(url, {
        method,
        ...(method === 'PUT' && { body: 'forged', headers: { 'x-ms-blob-type': 'BlockBlob' } }),
      })
      await answer.arrayBuffer()
      return answer.status
    }

    test('gives the file under its name and as its type, whole and in parts', async () => {
      const url = await linkTo('key')
      const whole = await fetch(url)
      expect([whole.status, await whole.text()]).toEqual([200, 'a,b\n1,2\n'])
      expect(whole.headers.get('content-type')).toBe(shown.contentType)
      expect(whole.headers.get('content-disposition')).toBe(shown.contentDisposition)
      const part = await fetch(url, { headers: { range: 'bytes=4-6' } })
      expect([part.status, await part.text()]).toEqual([206, '1,2'])
    })

    test('is refused without its signature, and when one character of that is changed', async () => {
      const url = await linkTo('key')
      expect(await status(new URL(url.pathname, url))).toBeGreaterThanOrEqual(403)
      for (const name of ['sig', 'X-Amz-Signature'].filter((known) => url.searchParams.has(known))) {
        const forged = new URL(url)
        const signature = forged.searchParams.get(name) ?? ''
        forged.searchParams.set(name, (signature.startsWith('a') ? 'b' : 'a') + signature.slice(1))
        expect(await status(forged)).toBe(403)
      }
    })

    test('is refused for another file, for another end, under another name, and for anything but reading', async () => {
      const url = await linkTo('key')
      await linkTo('other')
      const elsewhere = new URL(url)
      elsewhere.pathname = elsewhere.pathname.replace(/key$/, 'other')
      expect(await status(elsewhere)).toBe(403)
      const changes = [
        ['se', '2099-01-01T00:00:00Z'],
        ['X-Amz-Expires', '604800'],
        ['rscd', 'inline'],
        ['response-content-disposition', 'inline'],
        ['rsct', 'text/html'],
        ['response-content-type', 'text/html'],
        ['sp', 'rwd'],
      ] as const
      for (const [name, value] of changes.filter(([known]) => url.searchParams.has(known))) {
        const forged = new URL(url)
        forged.searchParams.set(name, value)
        expect([name, await status(forged)]).toEqual([name, 403])
      }
      for (const method of ['PUT', 'DELETE']) expect([method, await status(url, method)]).toEqual([method, 403])
      expect(await status(url)).toBe(200)
    })

    test('ends when it says', async () => {
      const endsAt = (Math.floor(Date.now() / 1_000) + 3) * 1_000
      const url = await linkTo('key', endsAt)
      expect(await status(url)).toBe(200)
      // The service's own clock: there is none to move.
      while (Date.now() < endsAt) await new Promise((resolve) => setTimeout(resolve, 50))
      await expect.poll(() => status(url), { timeout: 3_000 }).toBe(403)
    })
  })
}
