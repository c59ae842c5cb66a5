import { once } from 'node:events'
import { copyFile, mkdtemp, readFile } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { Agent, request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import type { TLSSocket } from 'node:tls'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { removeFolder, root } from './testing/almanac-process.ts'
import { startDemoProcess, type DemoProcess } from './testing/demo-process.ts'

// The real command, with a certificate: what clients come by, and what happens when the certificate is changed.

const certificates = join(root, 'packages/server/src/http/testing/certificates')
let folder: string
let server: DemoProcess
const put = (name: 'first' | 'second') =>
  Promise.all(
    ['key', 'cert'].map((part) => copyFile(join(certificates, `${name}-${part}.pem`), join(folder, `${part}.pem`))),
  )

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'almanac-e2e-tls-'))
  await put('first')
  const settings = { 'tls.certFile': join(folder, 'cert.pem'), 'tls.keyFile': join(folder, 'key.pem') }
  const options = Object.entries(settings).flatMap(([name, value]) => ['--set', `${name}=${value}`])
  server = await startDemoProcess(join(folder, 'data'), ['--rows', '200', ...options])
})
afterAll(async () => {
  await server.stop('SIGTERM')
  await removeFolder(folder)
})

/** One connection of a client that trusts both certificates; each call asks over it once. */
async function openConnection() {
  const ca = await Promise.all(['first', 'second'].map((name) => readFile(join(certificates, `${name}-cert.pem`))))
  const agent = new Agent({ ca, keepAlive: true, maxSockets: 1 })
  return {
    async ask(path: string) {
      const asking = request(`${server.url}${path}`, { agent }).end()
      const [answer] = (await once(asking, 'response')) as [IncomingMessage]
      const socket = answer.socket as TLSSocket
      const [name, port] = [socket.getPeerCertificate().subject.CN, socket.localPort]
      let body = ''
      for await (const chunk of answer) body += String(chunk)
      return { status: answer.statusCode, headers: answer.headers, body, name, port }
    },
    close: () => agent.destroy(),
  }
}

test('a server with a certificate is called by https, and says so', async () => {
  expect(server.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/)
  const connection = await openConnection()
  const { status, headers, body } = await connection.ask(`/${server.tenantId}/.well-known/openid-configuration`)
  expect([status, headers['strict-transport-security']]).toEqual([200, 'max-age=31536000'])
  expect(JSON.parse(body)).toMatchObject({ token_endpoint: `${server.url}/${server.tenantId}/oauth2/token` })
  connection.close()
})

test('a new certificate is seen without a restart, and connections that are open go on', async () => {
  const old = await openConnection()
  const before = await old.ask('/health')
  expect([before.status, before.name]).toEqual([200, 'first.almanac.test'])
  await put('second')
  for (;;) {
    const fresh = await openConnection()
    const { name } = await fresh.ask('/health')
    fresh.close()
    if (name === 'second.almanac.test') break
    await setImmediate()
  }
  const { status, name, port } = await old.ask('/health')
  expect([status, name, port]).toEqual([200, 'first.almanac.test', before.port])
  expect(server.log).toContain('certificate renewed')
  old.close()
})
