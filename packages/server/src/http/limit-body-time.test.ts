import { request as httpRequest, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json as readJson } from 'node:stream/consumers'
import { fastify, type FastifyInstance } from 'fastify'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { answerError } from './answer-error.ts'
import { limitBodyTime } from './limit-body-time.ts'
import { takeFiles } from './take-files.ts'

let app: FastifyInstance
beforeEach(async () => {
  app = fastify()
  app.setErrorHandler(answerError)
  limitBodyTime(app, 100)
  app.post('/fields', async ({ body }) => body)
  await app.register(async (scope) => {
    takeFiles(scope)
    scope.post('/file', async ({ body }) => {
      let length = 0
      for await (const chunk of body as AsyncIterable<Buffer>) length += chunk.length
      return { length }
    })
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
})
afterEach(async () => {
  app.server.closeAllConnections()
  await app.close()
})

function post(path: string) {
  const { port } = app.server.address() as AddressInfo
  const headers = { 'content-type': 'application/json', 'content-length': '12' }
  const sending = httpRequest({ port, host: '127.0.0.1', method: 'POST', path, headers })
  const { promise: answered, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  sending.on('response', resolve).on('error', reject)
  return { sending, answered }
}

test('a body that stops on its way is refused, and its connection ends', async () => {
  const { sending, answered } = post('/fields')
  sending.write('{"half":')
  const answer = await answered
  expect(answer.statusCode).toBe(408)
  expect(await readJson(answer)).toMatchObject({ error: { code: 'timeout' } })
  const ended = Promise.withResolvers<void>()
  sending.on('close', ended.resolve)
  await ended.promise
})

test('one that arrives is served', async () => {
  const { sending, answered } = post('/fields')
  sending.end('{"a": 12345}')
  expect(await readJson(await answered)).toEqual({ a: 12345 })
})

test('a file may take its time', async () => {
  const slow = post('/file')
  slow.sending.write('123456')
  // Longer than the limit: the other one is refused meanwhile.
  const refused = post('/fields')
  refused.sending.write('{')
  expect((await refused.answered).statusCode).toBe(408)
  slow.sending.end('789012')
  expect(await readJson(await slow.answered)).toEqual({ length: 12 })
})
