import type { FastifyInstance } from 'fastify'

// What a page may send, read, and how long its browser need not ask again.
const methods = 'GET, HEAD, POST, PUT, DELETE'
const requestHeaders =
  'authorization, content-type, content-encoding, idempotency-key, if-none-match, if-range, range, ms-correlationid, ms-requestid, x-aaduserticket, x-request-id'
const responseHeaders =
  'content-disposition, content-range, etag, idempotency-replayed, ratelimit, ratelimit-policy, retry-after, x-almanac-clock, x-request-id'
const keepSeconds = '600'

/**
 * Lets pages of the named origins call the API from a browser (CORS). Nobody else's: without the headers a browser keeps
 * every answer to itself. Never with credentials: a token is sent by who has it, no cookie stands for one. Must be called
 * before routes are added.
 */
export function allowOrigins(app: FastifyInstance, origins: readonly string[]): void {
  if (origins.length === 0) return
  const allowed = new Set(origins)
  app.addHook('onRequest', (request, reply, done) => {
    // Also where the origin is another one, or none: a cache must not give one page's answer to another.
    reply.header('vary', 'Origin')
    const { origin, 'access-control-request-method': asked } = request.headers
    if (origin === undefined || !allowed.has(origin)) return done()
    reply.headers({ 'access-control-allow-origin': origin, 'access-control-expose-headers': responseHeaders })
    if (request.method !== 'OPTIONS' || asked === undefined) return done()
    // Answered: nothing comes after it.
    reply
      .code(204)
      .headers({
        'access-control-allow-methods': methods,
        'access-control-allow-headers': requestHeaders,
        'access-control-max-age': keepSeconds,
      })
      .send()
  })
}
