import type { FastifyInstance } from 'fastify'
import { knownCaller } from './authentication.ts'

/**
 * One line for each request that was answered, with who asked. Never the query string: a download link's holds its
 * signature, and a test query's may hold customers' names.
 */
export function addRequestLog(app: FastifyInstance): void {
  app.addHook('onResponse', async (request, reply) => {
    const caller = knownCaller(request)
    request.log.info(
      {
        method: request.method,
        path: pathOf(request.url),
        status: reply.statusCode,
        milliseconds: Math.round(reply.elapsedTime),
        ...(caller === undefined ? {} : { accountId: caller.accountId, clientId: caller.clientId }),
      },
      'request',
    )
  })
}

function pathOf(url: string): string {
  return url.split('?', 1)[0] ?? ''
}
