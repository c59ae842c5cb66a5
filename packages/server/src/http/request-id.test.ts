import type { IncomingMessage } from 'node:http'
import { expect, test } from 'vitest'
import { requestId } from './request-id.ts'

const idOf = (headers: Record<string, string>) => requestId({ headers } as unknown as IncomingMessage, () => 'new')

test.each([
  [{ 'ms-requestid': 'a', 'x-request-id': 'b', 'client-request-id': 'c' }, 'a'],
  [{ 'x-request-id': 'b', 'client-request-id': 'c' }, 'b'],
  [{ 'client-request-id': '6f1c2a52-3f5a-4f0e-9c40-0f3a3f2f9b11' }, '6f1c2a52-3f5a-4f0e-9c40-0f3a3f2f9b11'],
  [{ 'ms-requestid': 'not sane', 'x-request-id': 'b' }, 'b'],
  [{ 'x-request-id': '' }, 'new'],
  [{ 'x-request-id': 'a\u0000' }, 'new'],
  [{ 'x-request-id': 'x'.repeat(129) }, 'new'],
  [{ 'x-request-id': '<script>' }, 'new'],
  [{}, 'new'],
])('%j gives %s', (headers, id) => {
  expect(idOf(headers)).toBe(id)
})
