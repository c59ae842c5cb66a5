import { createHash } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { startAnswering, type Answer } from '../test/answering-server.ts'
import { completedExecution, startService, type Service } from '../test/service.ts'
import { collect } from './pages.ts'
import type { AlmanacClient, Download, Manifest } from './index.ts'

const file = Buffer.from(`OfferName,Quantity\n${'Contoso Backup,25\n'.repeat(20_000)}`)
const sha256 = createHash('sha256').update(file).digest('hex')

const manifest: Manifest = {
  executionId: 'execution-1',
  reportId: 'report-1',
  reportName: 'Usage',
  format: 'csv',
  rows: 20_000,
  sizeBytes: file.length,
  sha256,
  columns: [{ name: 'OfferName', type: 'string' }],
  neutralizedFormulas: false,
  query: 'SELECT OfferName FROM ISVUsage',
  dataset: 'ISVUsage',
  dataVersion: '1',
  referenceTime: '2026-03-02T12:00:00Z',
  generatedTime: '2026-03-02T12:00:01Z',
}

interface Served {
  readonly manifest?: Answer
  readonly file: Answer
}

async function startDownload(
  served: Served,
): Promise<Service & { readonly execution: Parameters<AlmanacClient['download']>[0] }> {
  const service = await startService((_asked, path) =>
    path.endsWith('/manifest') ? (served.manifest ?? { json: manifest }) : served.file,
  )
  return { ...service, execution: completedExecution(`${service.url}/download/1/Usage.csv?signature=s`) }
}

const whole = (bytes: Uint8Array): Answer => ({
  headers: { 'content-length': String(bytes.length) },
  write: (response) => response.end(bytes),
})

const readAll = async ({ body }: Download) => Buffer.concat(await collect(body))

test('a file that is what its manifest says comes through whole', async () => {
  const { client, execution, asked } = await startDownload({ file: whole(file) })
  const progress: number[] = []
  const download = await client.download(execution, {
    onProgress: ({ receivedBytes, totalBytes }) => {
      expect(totalBytes).toBe(file.length)
      progress.push(receivedBytes)
    },
  })
  expect(download.manifest).toEqual(manifest)
  expect((await readAll(download)).equals(file)).toBe(true)
  expect(await download.verified).toEqual({ sizeBytes: file.length, sha256 })
  expect(progress.at(-1)).toBe(file.length)
  expect(progress.toSorted((a, b) => a - b)).toEqual(progress)
  // The link is its own proof: no token goes with it.
  expect(asked.find(({ path }) => path.startsWith('/download/'))?.headers.authorization).toBeUndefined()
})

test('a file that travels compressed is checked as what it is', async () => {
  const zipped = gzipSync(file)
  const { client, execution } = await startDownload({
    file: { headers: { 'content-encoding': 'gzip' }, write: (response) => response.end(zipped) },
  })
  expect((await readAll(await client.download(execution))).equals(file)).toBe(true)
})

test('a file of the right length with one byte changed ends in an error', async () => {
  const altered = Buffer.from(file)
  altered[1_000] = altered[1_000]! ^ 1
  const { client, execution } = await startDownload({ file: whole(altered) })
  const download = await client.download(execution)
  await expect(readAll(download)).rejects.toMatchObject({ code: 'checksum_mismatch' })
  await expect(download.verified).rejects.toMatchObject({ code: 'checksum_mismatch' })
})

test('a file that is too short or too long ends in an error', async () => {
  for (const bytes of [file.subarray(0, -1), Buffer.concat([file, file])]) {
    const { client, execution } = await startDownload({ file: whole(bytes) })
    await expect(readAll(await client.download(execution))).rejects.toMatchObject({ code: 'checksum_mismatch' })
  }
})

const cutAfterHalf = (response: ServerResponse) => {
  response.write(file.subarray(0, file.length / 2), () => response.destroy())
}

test.each([
  ['with a length', { 'content-length': String(file.length) }],
  ['in chunks', {}],
])('a connection that breaks (%s) ends in an error', async (_kind, headers) => {
  const { client, execution } = await startDownload({ file: { headers, write: cutAfterHalf } })
  const download = await client.download(execution)
  await expect(readAll(download)).rejects.toMatchObject({ code: 'network' })
  await expect(download.verified).rejects.toMatchObject({ code: 'network' })
})

test('an abort ends the download with its reason', async () => {
  const { client, execution } = await startDownload({
    file: { write: (response) => void response.write(file.subarray(0, 1_000)) },
  })
  const controller = new AbortController()
  const download = await client.download(execution, { signal: controller.signal })
  const reader = download.body.getReader()
  await reader.read()
  controller.abort(new Error('enough'))
  await expect(reader.read()).rejects.toThrow('enough')
})

test('who stops reading closes the connection, and `verified` says that it was given up', async () => {
  const { promise: closed, resolve } = Promise.withResolvers<void>()
  const { client, execution } = await startDownload({
    file: {
      write: (response) => {
        response.on('close', resolve)
        response.write(file)
      },
    },
  })
  const download = await client.download(execution)
  for await (const chunk of download.body) if (chunk.length > 0) break
  await closed
  await expect(download.verified).rejects.toMatchObject({ code: 'network' })
})

test('nothing is read before somebody wants it', async () => {
  const { client, execution } = await startDownload({ file: whole(file) })
  let received = 0
  const { body } = await client.download(execution, {
    onProgress: ({ receivedBytes }) => {
      received = receivedBytes
    },
  })
  expect(received).toBe(0)
  await body.cancel()
})

test('a service without manifests is downloaded from all the same, unchecked', async () => {
  const { client, execution } = await startDownload({
    manifest: { status: 404, json: { message: 'There is nothing at this address' } },
    file: whole(file),
  })
  const download = await client.download(execution)
  expect(download.manifest).toBeNull()
  await readAll(download)
  expect(await download.verified).toEqual({ sizeBytes: file.length, sha256 })
})

test('a manifest that is refused is not taken for one that does not exist', async () => {
  const { client, execution } = await startDownload({ manifest: { status: 500, json: {} }, file: whole(file) })
  await expect(client.download(execution)).rejects.toMatchObject({ status: 500 })
})

test('a link that has expired is told in the words of the service', async () => {
  const { client, execution } = await startDownload({
    file: { status: 403, json: { value: [], message: 'The link has expired', error: { code: 'link_expired' } } },
  })
  await expect(client.download(execution)).rejects.toMatchObject({ code: 'link_expired', status: 403 })
})

test('an execution without a file is refused before anything is sent', async () => {
  const { client, asked } = await startDownload({ file: whole(file) })
  const pending = completedExecution(null, { executionStatus: 'Pending' })
  await expect(client.download(pending)).rejects.toMatchObject({ code: 'no_file' })
  expect(asked).toEqual([])
})

test('a file on another server is fetched from there, without the token', async () => {
  const storage = await startAnswering(() => whole(file))
  const { client } = await startDownload({ file: { status: 500, json: {} } })
  await readAll(await client.download(completedExecution(`${storage.url}/blob`)))
  expect(storage.asked[0]?.headers.authorization).toBeUndefined()
})

test("a hash of the user's own takes the place of ours", async () => {
  const service = await startService(
    (_asked, path) => (path.endsWith('/manifest') ? { json: manifest } : whole(file)),
    { createSha256: () => ({ update: () => undefined, digestHex: () => 'f00d' }) },
  )
  const download = await service.client.download(completedExecution(`${service.url}/download/1/a.csv`))
  await expect(readAll(download)).rejects.toMatchObject({ code: 'checksum_mismatch' })
})
