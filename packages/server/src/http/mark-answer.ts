import type { FastifyReply, FastifyRequest } from 'fastify'

/** What a browser is told of every answer, whatever else it is. */
const securityHeaders = {
  // A CSV stays one, and JSON never becomes a page.
  'x-content-type-options': 'nosniff',
  // An answer is no page: nothing in it runs, and nobody shows it in a frame. Swagger's page has a policy of its own.
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-frame-options': 'DENY',
  // Addresses here hold links' signatures.
  'referrer-policy': 'no-referrer',
  // Answers hold tokens, links and a partner's figures. What may be kept says so itself.
  'cache-control': 'no-store',
}

/** A year, as is usual; only said where clients come by https. */
const strictTransport = 'max-age=31536000'

/** Gives an answer the headers that every answer has. */
export function markAnswer(request: FastifyRequest, reply: FastifyReply, publicUrl: string): FastifyReply {
  reply.header('x-request-id', request.id).headers(securityHeaders)
  return publicUrl.startsWith('https:') ? reply.header('strict-transport-security', strictTransport) : reply
}

/**
 * The names of the headers that stay when an answer becomes an error: those that every answer has, and what says where
 * the caller stands and which page may read it. How long an answer may be kept is not one of them.
 */
export const headersOfEveryAnswer: ReadonlySet<string> = new Set([
  'x-request-id',
  'strict-transport-security',
  ...Object.keys(securityHeaders).filter((name) => name !== 'cache-control'),
  'ratelimit-policy',
  'ratelimit',
  'vary',
  'access-control-allow-origin',
  'access-control-expose-headers',
  'x-almanac-clock',
])
