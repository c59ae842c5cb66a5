import type { FastifyReply, FastifyRequest } from 'fastify'

/** Gives an answer the headers that every answer has. */
export function markAnswer(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return reply.headers({ 'x-request-id': request.id, 'x-content-type-options': 'nosniff' })
}

/** The names of those headers. */
export const headersOfEveryAnswer: ReadonlySet<string> = new Set(['x-request-id', 'x-content-type-options'])
