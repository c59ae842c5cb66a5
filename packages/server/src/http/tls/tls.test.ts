import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { Agent, request } from 'node:https'
import type { Server } from 'node:https'
import { connect as connectPlainly, type AddressInfo } from 'node:net'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TLSSocket } from 'node:tls'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { secondMs } from '../../kernel/hours.ts'
import { createFakeClock, type FakeClock } from '../../kernel/testing/fake-clock.ts'
import { openApp, type TestApp } from '../testing/open-app.ts'
import { rawExchange } from '../testing/raw-exchange.ts'
import { readCertificate } from './certificate.ts'
import { renewCertificate, renewEverySeconds } from './renew-certificate.ts'

// Certificates that sign themselves, good for a hundred years, of no use but here.
const given = join(import.meta.dirname, '../testing/certificates')

let folder: string
let house: TestApp
let port: number
let clock: FakeClock
let heard: string[]
let change: PromiseWithResolvers<void>
const stopping = { controller: new AbortController() }
let renewing: Promise<void>
const agents: Agent[] = []

const files = () => ({ certFile: join(folder, 'cert.pem'), keyFile: join(folder, 'key.pem') })
const put = async (part: 'cert' | 'key', name: 'first' | 'second') =>
  copyFile(join(given, `${name}-${part}.pem`), join(folder, `${part}.pem`))

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'almanac-tls-'))
  await put('cert', 'first')
  await put('key', 'first')
  const certificate = await readCertificate(files())
  house = await openApp({ certificate })
  await house.app.listen({ host: '127.0.0.1', port: 0 })
  port = (house.app.server.address() as AddressInfo).port
  clock = createFakeClock(0)
  heard = []
  change = Promise.withResolvers()
  stopping.controller = new AbortController()
  const tell = (what: string) => {
    heard.push(what)
    change.resolve()
  }
  renewing = renewCertificate(
    {
      files: files(),
      certificate,
      clock,
      use: (renewed) => (house.app.server as unknown as Server).setSecureContext(renewed),
      onRenewed: () => tell('renewed'),
      onFailure: (error) => tell(String(error)),
    },
    stopping.controller.signal,
  )
})
afterEach(async () => {
  stopping.controller.abort()
  await renewing
  for (const agent of agents.splice(0)) agent.destroy()
  house.app.server.closeAllConnections()
  await house.close()
  await rm(folder, { recursive: true })
})

/** Lets the files be looked at once, and resolves when something was found or nothing was. */
async function look(): Promise<void> {
  await clock.waitedFor(clock.now() + renewEverySeconds * secondMs)
  change = Promise.withResolvers()
  await clock.advance(renewEverySeconds * secondMs)
  await Promise.race([change.promise, clock.waitedFor(clock.now() + renewEverySeconds * secondMs)])
}

/** One connection: what it asks goes over the same socket each time. */
function openConnection() {
  const agent = new Agent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false })
  agents.push(agent)
  return async () => {
    const asking = request({ agent, port, host: '127.0.0.1', path: '/health', servername: 'localhost' })
    asking.end()
    const [answer] = await once(asking, 'response')
    const socket = (answer as { readonly socket: TLSSocket }).socket
    const result = {
      status: (answer as { readonly statusCode: number }).statusCode,
      name: socket.getPeerCertificate().subject.CN,
      localPort: socket.localPort,
    }
    ;(answer as NodeJS.ReadableStream).resume()
    await once(answer as NodeJS.EventEmitter, 'end')
    return result
  }
}

test('a new certificate is shown to new connections, and one that is open goes on', async () => {
  const old = openConnection()
  const before = await old()
  expect(before).toMatchObject({ status: 200, name: 'first.almanac.test' })
  await look()
  expect(heard).toEqual([])

  await put('key', 'second')
  await put('cert', 'second')
  await look()
  expect(heard).toEqual(['renewed'])
  expect(await openConnection()()).toMatchObject({ status: 200, name: 'second.almanac.test' })
  // The same socket as before.
  expect(await old()).toEqual(before)
})

test('while only one of the files is new, and while they are nonsense, the old one stays; the log is told once', async () => {
  await put('cert', 'second')
  await look()
  await look()
  expect(heard).toEqual([
    expect.stringMatching(/cert\.pem and .*key\.pem are no certificate with its key: .*mismatch/i),
  ])
  expect(await openConnection()()).toMatchObject({ name: 'first.almanac.test' })
  await put('key', 'second')
  await look()
  expect(heard.slice(1)).toEqual(['renewed'])

  await writeFile(join(folder, 'cert.pem'), 'half a certif')
  await look()
  await rm(join(folder, 'key.pem'))
  await look()
  expect(heard.slice(2)).toEqual([expect.stringContaining('no certificate'), expect.stringContaining('ENOENT')])
  expect(await openConnection()()).toMatchObject({ name: 'second.almanac.test' })
})

test('a pair that doesn’t belong together, or is not there, keeps a server from starting, in words and without the key', async () => {
  const key = join(given, 'second-key.pem')
  const failed = readCertificate({ certFile: join(given, 'first-cert.pem'), keyFile: key }).catch(String)
  expect(await failed).toMatch(/first-cert\.pem and .*second-key\.pem are no certificate with its key/)
  expect(await failed).not.toMatch(/PRIVATE|MIG/)
  await expect(readCertificate({ certFile: '/nowhere.pem', keyFile: key })).rejects.toThrow(
    "The certificate can't be used",
  )
})

test('who speaks HTTP without TLS, an old TLS, or nothing, gets no answer and holds nobody up', async () => {
  const plain = await rawExchange(port, 'GET /health HTTP/1.1\r\nHost: a\r\n\r\n')
  expect(plain).toMatchObject({ statuses: [], ended: true })
  const silent = connectPlainly({ port, host: '127.0.0.1' })
  await once(silent, 'connect')
  const tls10 = Promise.withResolvers<string>()
  const asking = request({
    port,
    host: '127.0.0.1',
    path: '/health',
    maxVersion: 'TLSv1.1',
    minVersion: 'TLSv1',
    rejectUnauthorized: false,
  })
  asking
    .on('error', ({ message }) => tls10.resolve(message))
    .on('response', () => tls10.resolve('answered'))
    .end()
  expect(await tls10.promise).not.toBe('answered')
  expect(await openConnection()()).toMatchObject({ status: 200 })
  silent.destroy()
})
