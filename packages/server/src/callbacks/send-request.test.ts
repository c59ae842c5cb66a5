import type { LookupAddress } from 'node:dns'
import { describe, expect, test } from 'vitest'
import { createFakeClock } from '../kernel/testing/fake-clock.ts'
import { createAddressGuard } from './guard-address.ts'
import { createSender, systemResolve } from './send-request.ts'
import type { SenderDeps } from './send-request.ts'
import { startReceiver } from './testing/start-receiver.ts'

const notPublic = {
  kind: 'unanswered',
  error: 'The callback host has no public address, and the operator has not allowed it.',
}

/** Sends to `url` with a guard that lets `allowedHosts` through. */
function send(url: string, allowedHosts: readonly string[], change: Partial<SenderDeps> = {}) {
  const sender = createSender({
    clock: createFakeClock(0),
    guard: createAddressGuard(allowedHosts),
    resolve: systemResolve,
    allowHttp: true,
    timeoutSeconds: 15,
    ...change,
  })
  return sender({ method: 'POST', url: new URL(url), headers: { 'x-test': 'yes', 'content-length': '2' }, body: '{}' })
}

const answersWith =
  (...addresses: string[]) =>
  async (): Promise<LookupAddress[]> =>
    addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))

test('a request arrives with its method, path, headers and body, and the status comes back', async () => {
  const receiver = await startReceiver((response) => response.writeHead(202).end('thanks'))
  expect(await send(`http://127.0.0.1:${receiver.port}/cb/report-1?key=1`, ['127.0.0.1'])).toEqual({
    kind: 'answered',
    status: 202,
  })
  expect(receiver.calls).toHaveLength(1)
  expect(receiver.calls[0]).toMatchObject({
    method: 'POST',
    path: '/cb/report-1?key=1',
    body: '{}',
    headers: { 'x-test': 'yes', host: `127.0.0.1:${receiver.port}`, connection: 'close' },
  })
})

describe('the inside of our network', () => {
  test.each([
    '127.0.0.1',
    '127.1',
    '2130706433',
    '0x7f000001',
    '0x7f.1',
    '0177.0.0.1',
    '017700000001',
    '127.0.0.1.',
    '0.0.0.0',
    '0',
    '[::1]',
    '[::]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '①②⑦.⓪.⓪.①',
    'localhost',
    'LOCALHOST',
  ])('is not reached as http://%s', async (host) => {
    const receiver = await startReceiver()
    expect(await send(`http://${host}:${receiver.port}/`, [])).toEqual(notPublic)
    expect(receiver.traffic.connections).toBe(0)
  })

  test.each([['127.0.0.1'], ['10.0.0.1', '192.168.0.1'], ['::1'], ['::ffff:127.0.0.1'], ['64:ff9b::7f00:1'], []])(
    'is not reached by a name that resolves to %j',
    async (...addresses) => {
      const receiver = await startReceiver()
      const url = `http://partner.example:${receiver.port}/`
      expect(await send(url, [], { resolve: answersWith(...addresses) })).toEqual(notPublic)
      expect(receiver.traffic.connections).toBe(0)
    },
  )

  // In the following tests 127.0.0.2 is allowed and stands for a public address.
  test('is not reached by a name that has a public and a private address: the public one is called', async () => {
    const receiver = await startReceiver()
    const url = `http://partner.example:${receiver.port}/`
    const resolve = answersWith('127.0.0.1', '127.0.0.2', '::1')
    expect(await send(url, ['127.0.0.2'], { resolve })).toMatchObject({ kind: 'answered' })
    expect(receiver.calls.map(({ localAddress }) => localAddress)).toEqual(['127.0.0.2'])
    expect(receiver.traffic.connections).toBe(1)
  })

  test('is not reached by a name that is public when checked and private a moment later', async () => {
    const receiver = await startReceiver()
    const answers = [answersWith('127.0.0.2'), answersWith('127.0.0.1')]
    let asked = 0
    const resolve = () => (answers[asked++] ?? answersWith('127.0.0.1'))()
    await send(`http://partner.example:${receiver.port}/`, ['127.0.0.2'], { resolve })
    expect(receiver.calls.map(({ localAddress }) => localAddress)).toEqual(['127.0.0.2'])
    expect(asked).toBe(1)
  })

  test('gets no byte, should a connection end up there all the same', async () => {
    const receiver = await startReceiver()
    let checks = 0
    const guard = { mayConnect: () => (checks += 1) === 1 }
    expect(
      await send(`http://partner.example:${receiver.port}/`, [], { guard, resolve: answersWith('127.0.0.1') }),
    ).toEqual(notPublic)
    expect(checks).toBe(2)
    await receiver.close()
    expect([receiver.calls, receiver.traffic.bytes]).toEqual([[], 0])
  })

  test('is not reached by a redirect: it counts as the answer', async () => {
    const inside = await startReceiver()
    const receiver = await startReceiver((response) =>
      response.writeHead(307, { location: `http://127.0.0.1:${inside.port}/` }).end(),
    )
    expect(await send(`http://127.0.0.2:${receiver.port}/`, ['127.0.0.2'])).toEqual({ kind: 'answered', status: 307 })
    expect([receiver.calls.length, inside.traffic.connections]).toEqual([1, 0])
  })
})

describe('a receiver that behaves badly', () => {
  test('and never answers is left after the time-out', async () => {
    const receiver = await startReceiver(() => undefined)
    const clock = createFakeClock(0)
    const sent = send(`http://127.0.0.1:${receiver.port}/`, ['127.0.0.1'], { clock })
    await receiver.called(1)
    await clock.advance(15_000)
    expect(await sent).toEqual({ kind: 'unanswered', error: 'No answer came within 15 s.' })
    expect(clock.waiting).toEqual([])
  })

  test('and whose name is never resolved is left after the time-out', async () => {
    const clock = createFakeClock(0)
    const sent = send('http://partner.example/', [], { clock, resolve: () => new Promise(() => undefined) })
    await clock.advance(15_000)
    expect(await sent).toMatchObject({ kind: 'unanswered', error: 'No answer came within 15 s.' })
  })

  test('and sends a body without end is listened to for 64 KiB', async () => {
    const receiver = await startReceiver((response) => {
      const chunk = Buffer.alloc(16 * 1024)
      const pour = () => {
        while (!response.destroyed && response.write(chunk));
      }
      response.on('drain', pour)
      pour()
    })
    expect(await send(`http://127.0.0.1:${receiver.port}/`, ['127.0.0.1'])).toEqual({ kind: 'answered', status: 200 })
  })

  test('and breaks off in its body has answered all the same', async () => {
    const receiver = await startReceiver((response) => {
      response.writeHead(200, { 'content-length': '10' }).write('12345', () => response.destroy())
    })
    expect(await send(`http://127.0.0.1:${receiver.port}/`, ['127.0.0.1'])).toEqual({ kind: 'answered', status: 200 })
  })

  test('and hangs up', async () => {
    const receiver = await startReceiver((response) => response.destroy())
    expect(await send(`http://127.0.0.1:${receiver.port}/`, ['127.0.0.1'])).toEqual({
      kind: 'unanswered',
      error: 'The connection was closed before an answer came.',
    })
  })

  test('and isn’t there: the sentence names no address', async () => {
    const receiver = await startReceiver()
    await receiver.close()
    expect(await send(`http://127.0.0.1:${receiver.port}/`, ['127.0.0.1'])).toEqual({
      kind: 'unanswered',
      error: 'The connection was refused.',
    })
  })

  test('and whose name nobody knows', async () => {
    const resolve = async () => Promise.reject(Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' }))
    expect(await send('http://partner.example/', [], { resolve })).toEqual({
      kind: 'unanswered',
      error: 'The host name could not be resolved.',
    })
  })

  test('and speaks no TLS where https was asked for', async () => {
    const receiver = await startReceiver()
    const result = await send(`https://127.0.0.1:${receiver.port}/`, ['127.0.0.1'])
    expect(result).toMatchObject({
      kind: 'unanswered',
      error: expect.stringMatching(/^The request failed \([A-Z_0-9]+\)\.$/),
    })
    expect(receiver.calls).toEqual([])
  })
})

test.each(['http://127.0.0.1:1/', 'ftp://127.0.0.1/', 'file:///etc/passwd'])(
  'only https is spoken unless http is allowed: %s',
  async (url) => {
    expect(await send(url, ['127.0.0.1'], { allowHttp: false })).toEqual({
      kind: 'unanswered',
      error: 'The callback URL must begin with https.',
    })
  },
)
