import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { zstdCompressSync } from 'node:zlib'
import { expect, onTestFinished, test } from 'vitest'
import { EngineError } from '../../datasets/query-engine.ts'
import { runStatement } from './run-statement.ts'
import type { TrinoRow } from './trino-answer.ts'

// The client protocol as Trino's documentation shows it, spoken by a server of the test's own: what a Trino without object
// storage never answers, and where it is asked what. The tests on a real one are in the files `*.scale.test.ts`.

interface Asked {
  readonly line: string
  readonly headers: IncomingMessage['headers']
}

/** A server whose answers stand at `METHOD /path`; each may be asked for once more than there are failures before it. */
async function serve(answers: Readonly<Record<string, (origin: string) => unknown>>) {
  const asked: Asked[] = []
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const line = `${request.method} ${request.url}`
    asked.push({ line, headers: request.headers })
    const answer = answers[line]?.(origin)
    if (answer === undefined) response.writeHead(404).end()
    else if (answer instanceof URL) response.writeHead(303, { location: answer.href }).end()
    else if (typeof answer === 'number') response.writeHead(answer).end()
    else response.end(Buffer.isBuffer(answer) ? answer : JSON.stringify(answer))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { origin, asked, lines: () => asked.map(({ line }) => line) }
}

async function fileWith(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'almanac-statement-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  await writeFile(join(folder, 'secret'), text)
  return join(folder, 'secret')
}

async function rowsFrom(
  url: string,
  signal = new AbortController().signal,
  tokenFile: string | null = null,
): Promise<readonly TrinoRow[]> {
  const connection = { url, user: 'almanac', passwordFile: null, tokenFile }
  const rows: TrinoRow[] = []
  for await (const page of runStatement(connection, 'SELECT 1', { timeLimitMs: 1_500 }, signal)) rows.push(...page.rows)
  return rows
}

test('answers are followed to the last, empty ones too, and none is asked for twice', async () => {
  const { origin, lines } = await serve({
    'POST /v1/statement': (at) => ({ id: 'q', nextUri: `${at}/v1/statement/1` }),
    'GET /v1/statement/1': (at) => ({ id: 'q', nextUri: `${at}/v1/statement/2?token=a`, data: [['a'], [null]] }),
    'GET /v1/statement/2?token=a': (at) => ({ id: 'q', nextUri: `${at}/v1/statement/3` }),
    'GET /v1/statement/3': () => ({ id: 'q', data: [['b']] }),
  })
  expect(await rowsFrom(origin)).toEqual([['a'], [null], ['b']])
  expect(lines()).toEqual([
    'POST /v1/statement',
    'GET /v1/statement/1',
    'GET /v1/statement/2?token=a',
    'GET /v1/statement/3',
  ])
})

test('where a coordinator calls itself otherwise, it is asked at the address that we know', async () => {
  const { origin } = await serve({
    'POST /v1/statement': () => ({ id: 'q', nextUri: 'https://inner.example.com:8443/v1/statement/1' }),
    'GET /v1/statement/1': () => ({ id: 'q', data: [['a']] }),
  })
  expect(await rowsFrom(origin)).toEqual([['a']])
})

test('segments are read where they are, unpacked where they are packed, and acknowledged', async () => {
  const packed = zstdCompressSync(Buffer.from(JSON.stringify([['c'], ['d']])))
  const storage = await serve({ 'GET /bucket/x': () => packed })
  const { origin, asked, lines } = await serve({
    'POST /v1/statement': (at) => ({ id: 'q', nextUri: `${at}/v1/statement/1` }),
    'GET /v1/statement/1': (at) => ({
      id: 'q',
      data: {
        encoding: 'json+zstd',
        segments: [
          { type: 'inline', data: Buffer.from('[["a"],["b"]]').toString('base64'), metadata: { rowsCount: 2 } },
          {
            type: 'spooled',
            uri: `${at}/v1/spooled/download/x`,
            ackUri: `${at}/v1/spooled/ack/x`,
            headers: { 'x-key': ['k'] },
            metadata: { uncompressedSize: '13', rowsCount: '2' },
          },
          { type: 'inline', data: packed.toString('base64'), metadata: { uncompressedSize: 13 } },
        ],
      },
    }),
    'GET /v1/spooled/download/x': () => new URL('/bucket/x', storage.origin),
    'GET /v1/spooled/ack/x': () => ({}),
  })
  expect(await rowsFrom(origin)).toEqual([['a'], ['b'], ['c'], ['d'], ['c'], ['d']])
  expect(asked[0]?.headers['x-trino-query-data-encoding']).toBe('json+zstd,json')
  expect(lines().slice(2)).toEqual(['GET /v1/spooled/download/x', 'GET /v1/spooled/ack/x'])
  // An encrypted segment is known by its key alone.
  expect(asked.slice(2).map(({ headers }) => headers['x-key'])).toEqual(['k', 'k'])
})

test('a segment that has fewer rows than were written is no end of a result', async () => {
  const segment = { type: 'inline', data: Buffer.from('[["a"]]').toString('base64'), metadata: { rowsCount: 2 } }
  const { origin } = await serve({
    'POST /v1/statement': () => ({ id: 'q', data: { encoding: 'json', segments: [segment] } }),
  })
  await expect(rowsFrom(origin)).rejects.toMatchObject({ code: 'unreachable' })
})

test('a segment of a coordinator that calls itself otherwise is asked for at the address that we know', async () => {
  const { origin, lines } = await serve({
    'POST /v1/statement': () => {
      const at = 'https://inner.example.com:8443/v1/spooled'
      const segment = { type: 'spooled', uri: `${at}/download/x`, ackUri: `${at}/ack/x`, metadata: {} }
      return { id: 'q', data: { encoding: 'json', segments: [segment] } }
    },
    'GET /v1/spooled/download/x': () => [['a']],
    'GET /v1/spooled/ack/x': () => ({}),
  })
  expect(await rowsFrom(origin, AbortSignal.timeout(3_000))).toEqual([['a']])
  expect(lines().slice(1)).toEqual(['GET /v1/spooled/download/x', 'GET /v1/spooled/ack/x'])
})

test('a segment that lies in a storage is asked for there, without our credentials', async () => {
  const storage = await serve({ 'GET /bucket/x?X-Amz-Signature=s': () => [['a']] })
  const { origin } = await serve({
    'POST /v1/statement': (at) => {
      const uri = `${storage.origin}/bucket/x?X-Amz-Signature=s`
      const segment = { type: 'spooled', uri, ackUri: `${at}/v1/spooled/ack/x`, metadata: {} }
      return { id: 'q', data: { encoding: 'json', segments: [segment] } }
    },
  })
  expect(await rowsFrom(origin, undefined, await fileWith('a-token'))).toEqual([['a']])
  expect(JSON.stringify(storage.asked)).not.toContain('a-token')
})

test.each([
  ['with a line break', 'first\nsecond', /holds no token/],
  ['that is empty', ' \n', /is empty/],
])('a token %s is refused in words without it, before anything is sent', async (_, token, words) => {
  const { origin, lines } = await serve({})
  const error: unknown = await rowsFrom(origin, undefined, await fileWith(token)).catch((failure: unknown) => failure)
  expect(error).toMatchObject({ code: 'unreadable_data', cause: { message: expect.stringMatching(words) as string } })
  expect(String((error as EngineError).cause)).not.toContain('first')
  expect(lines()).toEqual([])
})

test('a failure carries Trino’s words in its cause alone, without the stack', async () => {
  const { origin } = await serve({
    'POST /v1/statement': () => ({
      id: 'q',
      error: {
        message: "line 1:8: Column 'secret' cannot be resolved",
        errorName: 'COLUMN_NOT_FOUND',
        errorType: 'USER_ERROR',
        failureInfo: { stack: ['at io.trino.sql'] },
      },
    }),
  })
  const error: unknown = await rowsFrom(origin).catch((failure: unknown) => failure)
  expect(error).toBeInstanceOf(EngineError)
  expect(error).toMatchObject({
    code: 'unreadable_data',
    cause: { message: expect.stringContaining('secret') as string },
  })
  expect(String(error)).not.toMatch(/secret|io\.trino/)
  expect(JSON.stringify((error as EngineError).cause)).not.toContain('io.trino')
})

test('a reader that stops has the query ended', async () => {
  const { origin, lines } = await serve({
    'POST /v1/statement': (at) => ({ id: 'q', nextUri: `${at}/v1/statement/1` }),
    'GET /v1/statement/1': (at) => ({ id: 'q', nextUri: `${at}/v1/statement/2`, data: [['a']] }),
    'GET /v1/statement/2': (at) => ({ id: 'q', nextUri: `${at}/v1/statement/3`, data: [['b']] }),
    'DELETE /v1/statement/3': () => ({}),
  })
  const connection = { url: origin, user: 'almanac', passwordFile: null, tokenFile: null }
  const { signal } = new AbortController()
  for await (const _ of runStatement(connection, 'SELECT 1', { timeLimitMs: 1_500 }, signal)) break
  expect(lines().at(-1)).toBe('DELETE /v1/statement/3')
})

test.each([
  [401, 'unreadable_data', /Trino refuses: 401 .*look at trino\.user/],
  [403, 'unreadable_data', /Trino refuses: 403/],
  [400, 'failed', /Trino refuses: 400/],
])('a server that refuses with %i is not asked again', async (status, code, words) => {
  const { origin, lines } = await serve({ 'POST /v1/statement': () => status })
  const cause = { message: expect.stringMatching(words) as string }
  await expect(rowsFrom(origin)).rejects.toMatchObject({ code, cause })
  expect(lines()).toHaveLength(1)
})

test('whoever sends on is none of Trino: nobody goes there with a statement', async () => {
  const other = await serve({})
  const { origin } = await serve({ 'POST /v1/statement': () => new URL('/v1/statement', other.origin) })
  await expect(rowsFrom(origin)).rejects.toMatchObject({ code: 'failed', cause: { message: 'Trino refuses: 303' } })
  expect(other.lines()).toEqual([])
})

test('a path that begins with two slashes leads nowhere else: credentials stay with the coordinator', async () => {
  const other = await serve({ 'GET /v1/statement/1': () => ({ id: 'q', data: [['theirs']] }) })
  const { origin } = await serve({
    'POST /v1/statement': (at) => ({ id: 'q', nextUri: `${at}//${new URL(other.origin).host}/v1/statement/1` }),
  })
  await expect(rowsFrom(origin)).rejects.toMatchObject({ code: 'failed' })
  expect(other.lines()).toEqual([])
})

test.each([
  ['breaks off', Buffer.from('{"id":"q","data":[["a"],["b"')],
  ['is a page of somebody else', Buffer.from('<html>Please log in</html>')],
  ['is none of Trino’s', {}],
])('an answer that %s is no end of a result', async (_, answer) => {
  const { origin } = await serve({
    'POST /v1/statement': (at) => ({ id: 'q', nextUri: `${at}/v1/statement/1` }),
    'GET /v1/statement/1': () => answer,
  })
  const error: unknown = await rowsFrom(origin).catch((failure: unknown) => failure)
  expect(error).toBeInstanceOf(EngineError)
  expect(error).toMatchObject({ code: 'unreachable' })
})

test('a segment of the coordinator is asked for as the settings say, whatever it calls its scheme', async () => {
  const { origin } = await serve({
    'POST /v1/statement': (at) => {
      const uri = `${at.replace('http:', 'https:')}/v1/spooled/download/x`
      const segment = { type: 'spooled', uri, ackUri: `${at}/v1/spooled/ack/x`, metadata: {} }
      return { id: 'q', data: { encoding: 'json', segments: [segment] } }
    },
    'GET /v1/spooled/download/x': () => [['a']],
  })
  expect(await rowsFrom(origin, AbortSignal.timeout(3_000))).toEqual([['a']])
})
