import { once } from 'node:events'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { gunzipSync } from 'node:zlib'
import { fastify, type FastifyInstance } from 'fastify'
import { afterEach, describe, expect, test } from 'vitest'
import type { Artifact } from '../artifacts/artifact.ts'
import { BlobStoreUnavailable } from '../artifacts/blob-store-unavailable.ts'
import type { BlobStore } from '../artifacts/blob-store.ts'
import { answerError } from './answer-error.ts'
import { sendArtifact } from './send-artifact.ts'

const content = Buffer.from(`OfferName,Quantity\n${'Contoso,1\n'.repeat(2_000)}`)
const sha256 = 'ab'.repeat(32)

const artifact: Artifact = {
  id: 'artifact',
  executionId: 'execution',
  reportId: 'report',
  accountId: 'account',
  blobKey: 'blob',
  fileName: 'Größe.csv',
  manifest: {
    executionId: 'execution',
    reportId: 'report',
    reportName: 'Größe',
    format: 'csv',
    rows: 2_000,
    sizeBytes: content.length,
    sha256,
    columns: [],
    neutralizedFormulas: false,
    query: '',
    dataset: '',
    dataVersion: '',
    referenceTime: '',
    generatedTime: '',
  },
  createdAt: 0,
}

const apps: FastifyInstance[] = []
afterEach(async () => {
  await Promise.all(apps.splice(0).map((app) => app.close()))
})

type Open = BlobStore['open']
const openContent: Open = (_key, range) =>
  Promise.resolve(Readable.from([range === undefined ? content : content.subarray(range.start, range.end + 1)]))

function appWith(open: Open = openContent, compress: 'when-accepted' | 'always' = 'when-accepted'): FastifyInstance {
  const app = fastify({ exposeHeadRoutes: false })
  app.setErrorHandler(answerError)
  app.route({
    method: ['GET', 'HEAD'],
    url: '/file',
    handler: ({ method, headers }, reply) =>
      sendArtifact({ blobs: { open } as BlobStore, compress }, { method, headers }, reply, artifact),
  })
  apps.push(app)
  return app
}

const get = (app: FastifyInstance, headers: Record<string, string> = {}, method: 'GET' | 'HEAD' = 'GET') =>
  app.inject({ method, url: '/file', headers })

describe('a file', () => {
  test('comes whole, with what a client needs to save and keep it', async () => {
    const answer = await get(appWith())
    expect(answer.statusCode).toBe(200)
    expect(answer.rawPayload).toEqual(content)
    expect(answer.headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8',
      'content-length': String(content.length),
      'content-disposition': `attachment; filename="Gr__e.csv"; filename*=UTF-8''Gr%C3%B6%C3%9Fe.csv`,
      etag: `"${sha256}"`,
      'accept-ranges': 'bytes',
      'cache-control': 'private, no-cache',
      vary: 'Accept-Encoding',
    })
  })

  test('HEAD has the headers of GET, and the blob is not even opened', async () => {
    const answer = await get(
      appWith(() => Promise.reject(new Error('opened'))),
      {},
      'HEAD',
    )
    expect(answer.statusCode).toBe(200)
    expect(answer.rawPayload).toHaveLength(0)
    expect(answer.headers).toMatchObject({ 'content-length': String(content.length), etag: `"${sha256}"` })
  })

  test('a part comes alone', async () => {
    const answer = await get(appWith(), { range: 'bytes=10-19' })
    expect(answer.statusCode).toBe(206)
    expect(answer.rawPayload).toEqual(content.subarray(10, 20))
    expect(answer.headers).toMatchObject({ 'content-length': '10', 'content-range': `bytes 10-19/${content.length}` })
  })

  test('a part outside is refused with the size', async () => {
    const answer = await get(appWith(), { range: `bytes=${content.length}-` })
    expect(answer.statusCode).toBe(416)
    expect(answer.headers['content-range']).toBe(`bytes */${content.length}`)
    expect(answer.rawPayload).toHaveLength(0)
  })

  test('a download goes on only when the content is still the same', async () => {
    const app = appWith()
    expect((await get(app, { range: 'bytes=10-', 'if-range': `"${sha256}"` })).statusCode).toBe(206)
    const changed = await get(app, { range: 'bytes=10-', 'if-range': '"other"' })
    expect(changed.statusCode).toBe(200)
    expect(changed.rawPayload).toEqual(content)
  })

  test('several parts are answered with the whole', async () => {
    expect((await get(appWith(), { range: 'bytes=0-1,5-6' })).statusCode).toBe(200)
  })

  test('who has it already gets a 304', async () => {
    const answer = await get(appWith(), { 'if-none-match': `"x", W/"${sha256}"` })
    expect(answer.statusCode).toBe(304)
    expect(answer.headers.etag).toBe(`"${sha256}"`)
    expect(answer.rawPayload).toHaveLength(0)
  })
})

test.each([{}, { range: 'bytes=1-2' }, { 'accept-encoding': 'gzip' }])(
  'a store of files that is away is a 503 in words, asked with %j',
  async (headers) => {
    const away = new BlobStoreUnavailable('connect ECONNREFUSED 10.0.0.7:443')
    const answer = await get(
      appWith(() => Promise.reject(away)),
      headers,
    )
    expect(answer.statusCode).toBe(503)
    expect(answer.json()).toMatchObject({ value: [], error: { code: 'files_unavailable' } })
    expect(answer.body).not.toContain('10.0.0.7')
    for (const name of ['content-encoding', 'etag', 'content-disposition', 'content-range'])
      expect(answer.headers).not.toHaveProperty(name)
  },
)

describe('a compressed file', () => {
  test('comes to a client that accepts it, under a tag of its own', async () => {
    const answer = await get(appWith(), { 'accept-encoding': 'br, gzip' })
    expect(answer.headers).toMatchObject({ 'content-encoding': 'gzip', etag: `"${sha256}-gzip"` })
    expect(answer.headers).not.toHaveProperty('content-length')
    expect(answer.headers).not.toHaveProperty('accept-ranges')
    expect(gunzipSync(answer.rawPayload)).toEqual(content)
  })

  test('the tag of the plain file does not count for it', async () => {
    const answer = await get(appWith(), { 'accept-encoding': 'gzip', 'if-none-match': `"${sha256}"` })
    expect(answer.statusCode).toBe(200)
  })

  test('who asks for a part gets a part of the plain file', async () => {
    const answer = await get(appWith(), { 'accept-encoding': 'gzip', range: 'bytes=0-3' })
    expect(answer.statusCode).toBe(206)
    expect(answer.rawPayload).toEqual(content.subarray(0, 4))
  })

  test('comes to everyone when the server is set to it, whole', async () => {
    const app = appWith(openContent, 'always')
    for (const headers of [{}, { 'accept-encoding': 'identity' }, { range: 'bytes=0-3' }]) {
      const answer = await get(app, headers)
      expect(answer.statusCode).toBe(200)
      expect(gunzipSync(answer.rawPayload)).toEqual(content)
    }
  })

  test('HEAD says that it would be compressed', async () => {
    const answer = await get(appWith(openContent, 'always'), {}, 'HEAD')
    expect(answer.headers).toMatchObject({ 'content-encoding': 'gzip' })
    expect(answer.rawPayload).toHaveLength(0)
  })
})

describe('a file that is not what it should be', () => {
  test.each(['identity', 'gzip'])('one that has been removed is 410 (%s)', async (encoding) => {
    const answer = await get(
      appWith(() => Promise.resolve(undefined)),
      { 'accept-encoding': encoding },
    )
    expect(answer.statusCode).toBe(410)
    expect(answer.json()).toMatchObject({ value: [], statusCode: 410, error: { code: 'artifact_gone' } })
    expect(answer.headers).not.toHaveProperty('content-disposition')
    expect(answer.headers).not.toHaveProperty('etag')
  })

  // The whole way over a socket: what counts is what a client takes it for.
  async function download(open: Open, encoding: string): Promise<'whole' | 'broken'> {
    const app = appWith(open)
    await app.listen({ host: '127.0.0.1', port: 0 })
    const { port } = app.server.address() as AddressInfo
    const outgoing = httpRequest({ host: '127.0.0.1', port, path: '/file', headers: { 'accept-encoding': encoding } })
    outgoing.end()
    try {
      const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage]
      for await (const chunk of incoming) expect(chunk).toBeInstanceOf(Buffer)
      // What fails before the first byte is sent is an honest 500.
      return incoming.statusCode === 200 ? 'whole' : 'broken'
    } catch {
      return 'broken'
    }
  }

  const cutShort: Open = () => Promise.resolve(Readable.from([content.subarray(0, 5_000)]))
  const tooLong: Open = () => Promise.resolve(Readable.from([content, Buffer.from('more')]))
  const failing: Open = () =>
    Promise.resolve(
      Readable.from(
        (async function* parts() {
          yield content.subarray(0, 5_000)
          throw new Error('the disk failed')
        })(),
      ),
    )

  test.each([
    ['that was cut short', cutShort],
    ['whose disk fails half-way', failing],
  ])('one %s is never taken for whole, plain or compressed', async (_what, open) => {
    expect(await download(open, 'identity')).toBe('broken')
    expect(await download(open, 'gzip')).toBe('broken')
    expect(await download(openContent, 'identity')).toBe('whole')
    expect(await download(openContent, 'gzip')).toBe('whole')
  })

  test('one that fails before its first byte is a 500 that is not called compressed', async () => {
    const answer = await get(appWith(tooLong, 'always'))
    expect(answer.statusCode).toBe(500)
    expect(answer.headers).not.toHaveProperty('content-encoding')
    expect(answer.json()).toMatchObject({ value: [], statusCode: 500, error: { code: 'internal', details: [] } })
    expect(answer.body).not.toContain('manifest')
  })

  test('a client that leaves closes the blob', async () => {
    const source = new Readable({ read: () => {} })
    source.push(content.subarray(0, 5_000))
    const app = appWith(() => Promise.resolve(source))
    await app.listen({ host: '127.0.0.1', port: 0 })
    const { port } = app.server.address() as AddressInfo
    const outgoing = httpRequest({ host: '127.0.0.1', port, path: '/file' })
    outgoing.on('error', () => {})
    outgoing.end()
    await once(outgoing, 'response')
    const closed = new Promise((resolve) => {
      source.on('error', () => {}).once('close', resolve)
    })
    outgoing.destroy()
    await closed
    expect(source.destroyed).toBe(true)
  })
})
