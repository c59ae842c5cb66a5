import type { FastifyReply } from 'fastify'
import type { Operation } from '@almanac/api'
import { serveOnce } from '../idempotency/serve-once.ts'
import type { Making, ServeOnceDeps } from '../idempotency/serve-once.ts'
import type { Asked } from './operation-route.ts'

/** Serves what was asked once per Idempotency-Key, and marks the answer when it is that of an earlier request. */
export async function serveAskedOnce<Op extends Operation, Answer>(
  deps: ServeOnceDeps,
  operation: Op,
  { version, params, body, idempotencyKey, caller }: Asked<Op>,
  reply: FastifyReply,
  making: Making<Answer>,
): Promise<Answer> {
  const content = [operation.id, version, params, body]
  const request = { clientId: caller().clientId, key: idempotencyKey, content }
  const { answer, replayed } = await serveOnce(deps, request, making)
  if (replayed) reply.header('idempotency-replayed', 'true')
  return answer
}
