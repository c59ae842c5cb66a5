import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import type { Operation } from '@almanac/api'
import { serveOnce } from '../idempotency/serve-once.ts'
import type { Making, ServeOnceDeps } from '../idempotency/serve-once.ts'
import type { Asked } from './operation-route.ts'

/** Serves what was asked once per Idempotency-Key, and marks the answer when it is that of an earlier request. */
export async function serveAskedOnce<Op extends Operation, Answer>(
  deps: ServeOnceDeps,
  operation: Op,
  { version, params, query, body, headers, idempotencyKey, caller }: Asked<Op>,
  reply: FastifyReply,
  making: Making<Answer>,
): Promise<Answer> {
  // A file has not arrived yet: that it is the same one is for its route to see.
  const sent = body instanceof Readable ? [headers['content-type'], headers['content-encoding']] : body
  const content = [operation.id, version, params, query, sent]
  const request = { clientId: caller().clientId, key: idempotencyKey, content }
  const { answer, replayed } = await serveOnce(deps, request, making)
  if (replayed) reply.header('idempotency-replayed', 'true')
  return answer
}
