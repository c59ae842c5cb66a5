import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { contentOf } from '../../artifacts/blob-store.contract.ts'
import type { ObjectStore } from '../remote/object-store.ts'
import { hadOrWhy } from '../testing/had-or-why.ts'
import { startAzurite } from '../testing/start-azurite.ts'
import { openAzureObjects } from './open-azure-objects.ts'

const folder = await mkdtemp(join(tmpdir(), 'almanac-identity-'))
const certificate = { certFile: join(folder, 'cert.pem'), keyFile: join(folder, 'key.pem') }

/** An Azurite that takes tokens, which it does over TLS only; this process trusts its certificate from here on. */
async function startWithIdentities() {
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '2']
  const files = ['-keyout', certificate.keyFile, '-out', certificate.certFile]
  await promisify(execFile)('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...files, ...subject])
  setDefaultCACertificates([...getCACertificates('default'), await readFile(certificate.certFile, 'utf8')])
  return startAzurite(certificate)
}

const { part: azurite, about } = await hadOrWhy('Azurite', startWithIdentities)
const hourSeconds = 3_600
const signal = new AbortController().signal

/** A token as Azure gives it to what runs on it. */
function tokenFor(resource: string, now: number): string {
  const tenant = 'ab1f708d-50f6-404c-a006-d71b2ac7a606'
  const claims = {
    aud: resource,
    iss: `https://sts.windows.net/${tenant}/`,
    iat: now,
    nbf: now - 60,
    exp: now + hourSeconds,
    oid: 'd8c3c2a4-5f0b-4a52-8a76-0f1d2c3b4a59',
    tid: tenant,
  }
  const parts = [{ alg: 'RS256', typ: 'JWT' }, claims].map((part) =>
    Buffer.from(JSON.stringify(part)).toString('base64url'),
  )
  return `${parts.join('.')}.c2lnbmF0dXJl`
}

describe.skipIf(azurite === null)(`a server with an identity and no secret, on ${about}`, () => {
  let identities: Server
  const resources: (string | null)[] = []
  let objects: ObjectStore

  beforeAll(async () => {
    // As App Service and Container Apps have it: a door of the machine that gives tokens for its managed identity.
    identities = createServer((request, response) => {
      const resource = new URL(request.url ?? '', 'http://identity').searchParams.get('resource')
      resources.push(resource)
      const now = Math.floor(Date.now() / 1_000)
      const token = tokenFor(resource ?? '', now)
      const body = { access_token: token, expires_on: String(now + hourSeconds), resource, token_type: 'Bearer' }
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify(request.headers['x-identity-header'] === 'known' ? body : {}))
    }).listen(0, '127.0.0.1')
    await once(identities, 'listening')
    process.env['IDENTITY_ENDPOINT'] = `http://127.0.0.1:${(identities.address() as AddressInfo).port}/token`
    process.env['IDENTITY_HEADER'] = 'known'
    const accountUrl = `https://127.0.0.1:${azurite?.port}/devstoreaccount1`
    objects = await openAzureObjects({ container: 'almanac', login: { kind: 'identity', accountUrl } })
  })
  afterAll(async () => {
    identities.close()
    await rm(folder, { recursive: true, force: true })
  })

  const shown = { contentType: 'text/csv; charset=utf-8', contentDisposition: 'attachment; filename="a.csv"' }
  const secondsFromNow = (seconds: number): number => (Math.floor(Date.now() / 1_000) + seconds) * 1_000

  async function put(name: string): Promise<void> {
    const bytes = Buffer.from('a,b\n')
    await objects.put(name, bytes, contentOf(bytes), signal)
  }

  test('asks for a token for storage, makes the container, writes and reads', async () => {
    await objects.ask(signal)
    await put('x/written')
    const read = await objects.read('x/written', { start: 0 }, signal)
    expect(read && (await text(read.body))).toBe('a,b\n')
    expect(new Set(resources)).toEqual(new Set(['https://storage.azure.com']))
  })

  test('makes links by a user delegation key, which are refused when they are altered', async () => {
    await put('x/linked')
    await put('x/other')
    const { url, expiresAt } = await objects.link('x/linked', shown, secondsFromNow(hourSeconds))
    expect(expiresAt).toBe(Date.parse(new URL(url).searchParams.get('se') ?? ''))
    const answer = await fetch(url)
    expect([answer.status, await answer.text()]).toEqual([200, 'a,b\n'])
    expect(answer.headers.get('content-disposition')).toBe(shown.contentDisposition)
    const changes = [
      (altered: URL) => altered.searchParams.set('sig', 'A'.repeat(43) + '='),
      (altered: URL) => altered.searchParams.delete('sig'),
      (altered: URL) => altered.searchParams.set('se', '2099-01-01T00:00:00Z'),
      (altered: URL) => altered.searchParams.set('sp', 'rwd'),
      (altered: URL) => (altered.pathname = altered.pathname.replace('linked', 'other')),
    ]
    for (const change of changes) {
      const altered = new URL(url)
      change(altered)
      const refused = await fetch(altered)
      expect(refused.status).toBeGreaterThanOrEqual(403)
      await refused.arrayBuffer()
    }
  })

  test('says the truth about a link that would outlive its key: Azure gives one for seven days', async () => {
    const { url, expiresAt } = await objects.link('x/linked', shown, secondsFromNow(30 * 24 * hourSeconds))
    expect(expiresAt).toBeLessThanOrEqual(secondsFromNow(7 * 24 * hourSeconds))
    expect(expiresAt).toBeGreaterThan(secondsFromNow(6 * 24 * hourSeconds))
    expect(expiresAt).toBe(Date.parse(new URL(url).searchParams.get('se') ?? ''))
  })
})
