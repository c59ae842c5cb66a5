import { createHash } from 'node:crypto'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { hadOrWhy } from '../packages/server/src/blobs/testing/had-or-why.ts'
import { startAzurite } from '../packages/server/src/blobs/testing/start-azurite.ts'
import { startS3Proxy } from '../packages/server/src/blobs/testing/start-s3proxy.ts'
import { openTroubledLine, type TroubledLine } from '../packages/server/src/blobs/testing/troubled-line.ts'
import { openBlobs } from '../packages/server/src/open-blobs.ts'
import { readSettings } from '../packages/server/src/index.ts'
import { removeFolder } from './testing/almanac-process.ts'
import { call, requestToken } from './testing/call.ts'
import { startDemoProcess, type DemoProcess } from './testing/demo-process.ts'

const azurite = await hadOrWhy('Azurite', () => startAzurite())
const s3 = await hadOrWhy('S3Proxy', startS3Proxy)
Object.assign(process.env, s3.part?.environment)

// Real processes on a machine that is busy.
const patience = { timeout: 90_000, interval: 100 }

const places = [
  {
    name: `Azure Blob Storage, on ${azurite.about}`,
    part: azurite.part,
    environmentAt: (port: number) => ({
      ALMANAC_ARTIFACTS_STORE: 'azure',
      ALMANAC_ARTIFACTS_AZURE_CONNECTION_STRING: azurite.part?.connectionString(port) ?? '',
    }),
  },
  {
    name: `S3, on ${s3.about}`,
    part: s3.part,
    environmentAt: (port: number) => ({
      ALMANAC_ARTIFACTS_STORE: 's3',
      ALMANAC_ARTIFACTS_S3_BUCKET: s3.part?.bucket ?? '',
      ALMANAC_ARTIFACTS_S3_ENDPOINT: s3.part?.endpoint(port) ?? '',
      ALMANAC_ARTIFACTS_S3_PATH_STYLE: 'true',
    }),
  },
]

for (const { name, part, environmentAt } of places) {
  describe.skipIf(part === null)(`the whole product with its files in ${name}`, () => {
    let folder: string
    let line: TroubledLine
    let server: DemoProcess
    let token: string

    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'almanac-e2e-storage-'))
      line = await openTroubledLine(part?.port ?? 0)
    })
    afterEach(async () => {
      await server.stop('SIGKILL')
      await line.close()
      await removeFolder(folder)
    })

    const environment = (links: 'own' | 'store') => ({ ...environmentAt(line.port), ALMANAC_ARTIFACTS_LINKS: links })

    async function start(links: 'own' | 'store'): Promise<void> {
      server = await startDemoProcess(folder, ['--rows', '2000'], environment(links))
      token = await requestToken(server)
    }

    /** Makes a report that runs now; gives the address of its executions. */
    async function schedule(): Promise<string> {
      const query = JSON.stringify({
        Name: 'all usage',
        Query: 'SELECT UsageDate, OfferName, SKU FROM ISVUsage TIMESPAN LAST_3_YEARS',
      })
      const { body: saved } = await call(server, token, 'POST', '/insights/v1.1/cmp/ScheduledQueries', query)
      const report = JSON.stringify({
        ReportName: 'Größe & more',
        QueryId: saved.value[0]?.['queryId'],
        ExecuteNow: true,
        Format: 'csv',
      })
      const made = await call(server, token, 'POST', '/insights/v1.1/cmp/ScheduledReport', report)
      expect(made.body).toMatchObject({ message: 'Report created successfully', statusCode: 200 })
      return `/insights/v1.1/cmp/ScheduledReport/execution/${String(made.body.value[0]?.['reportId'])}`
    }

    async function statusOf(path: string): Promise<unknown> {
      const { body } = await call(server, token, 'GET', path)
      return body.value[0]?.['executionStatus']
    }

    async function completed(path: string): Promise<Readonly<Record<string, unknown>>> {
      await expect.poll(() => statusOf(path), patience).toBe('Completed')
      const { body } = await call(server, token, 'GET', path)
      return body.value[0] ?? {}
    }

    const authorized = () => ({ headers: { authorization: `Bearer ${token}` } })

    async function storedKeys(): Promise<readonly string[]> {
      const settings = readSettings({
        file: null,
        environment: environmentAt(part?.port ?? 0),
        overrides: { dataFolder: join(folder, 'looking') },
        isTerminal: false,
      })
      const { store } = await openBlobs(settings, server.tenantId)
      const keys: string[] = []
      for await (const page of store.published(Infinity)) keys.push(...page)
      return keys
    }

    test.each(['own', 'store'] as const)('schedule, execution, link, download, with links: %s', async (links) => {
      await start(links)
      const execution = await completed(await schedule())
      const link = new URL(String(execution['reportAccessSecureLink']))
      expect(link.origin).toBe(links === 'own' ? server.url : `http://127.0.0.1:${line.port}`)

      const manifestAt = `${String(execution['reportLocation'])}/manifest`
      const manifest = (await (await fetch(manifestAt, authorized())).json()) as {
        readonly sha256: string
        readonly sizeBytes: number
      }
      const byLink = await fetch(link)
      const bytes = Buffer.from(await byLink.arrayBuffer())
      expect(byLink.headers.get('content-type')).toBe('text/csv; charset=utf-8')
      expect(byLink.headers.get('content-disposition')).toBe(
        `attachment; filename="Gr__e & more.csv"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%20%26%20more.csv`,
      )
      expect(bytes.length).toBe(manifest.sizeBytes)
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(manifest.sha256)
      expect(bytes.length).toBeGreaterThan(1_000)

      // With a token it always comes by our own door, compressed too (`fetch` asks for that and undoes it).
      const byToken = await fetch(String(execution['reportLocation']), authorized())
      expect(byToken.headers.get('content-encoding')).toBe('gzip')
      expect(Buffer.from(await byToken.arrayBuffer()).equals(bytes)).toBe(true)
      const part = await fetch(link, { headers: { range: 'bytes=5-14' } })
      expect([part.status, await part.text()]).toEqual([206, bytes.subarray(5, 15).toString()])

      const expiresAt = Date.parse(String(execution['reportExpiryTime']))
      expect(Math.abs(expiresAt - Date.now() - 24 * 3_600_000)).toBeLessThan(60_000)
    })

    test('deleting a report deletes its files there', async () => {
      await start('own')
      const path = await schedule()
      await completed(path)
      expect(await storedKeys()).toHaveLength(1)
      await call(server, token, 'DELETE', path.replace('/execution/', '/'))
      await expect.poll(storedKeys).toEqual([])
    })

    test('a store that is away: a download is a 503 in words, readiness says so; it comes back by itself', async () => {
      await start('own')
      const { reportLocation: at } = await completed(await schedule())
      line.cut()
      const refused = await fetch(String(at), authorized())
      expect(refused.status).toBe(503)
      expect(await refused.json()).toMatchObject({
        message: 'The file "Größe & more.csv" could not be read. Try again; if it fails again, tell the operator.',
        error: { code: 'files_unavailable' },
      })
      const ready = await fetch(`${server.url}/ready`)
      expect([ready.status, await ready.json()]).toMatchObject([
        503,
        { checks: { files: 'unavailable', database: 'ok' } },
      ])
      line.mend()
      expect((await fetch(String(at), authorized())).status).toBe(200)
      expect((await fetch(`${server.url}/ready`)).status).toBe(200)
      expect(server.log).not.toMatch(/AccountKey|Eby8vdM0|almanac-test-secret|[?&]sig=|X-Amz-Signature/)
    })

    test('a store that is away when a file is to be published: the try fails, the next one publishes it', async () => {
      await start('own')
      line.cut()
      const path = await schedule()
      await expect.poll(() => server.log.includes('The store of files failed to'), patience).toBe(true)
      expect(await storedKeys()).toEqual([])
      line.mend()
      await completed(path)
      expect(await storedKeys()).toHaveLength(1)
    })

    test('a worker that is killed while it uploads publishes nothing; its successor publishes it once', async () => {
      await start('own')
      line.fallSilent()
      const path = await schedule()
      await expect.poll(() => statusOf(path), patience).toBe('Running')
      await expect.poll(() => line.held, patience).toBeGreaterThan(1_000)
      await server.stop('SIGKILL')
      line.mend()
      expect(await storedKeys()).toEqual([])
      await start('own')
      await completed(path)
      expect(await storedKeys()).toHaveLength(1)
    })
  })
}
