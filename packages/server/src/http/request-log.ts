import type { FastifyInstance } from 'fastify'
import { knownCaller } from './authentication.ts'

/** Hears of each answer: its route (a pattern, not the path that was asked for), its status and how long it took. */
export type RequestAnswered = (
  request: { readonly method: string; readonly route: string; readonly status: number },
  milliseconds: number,
) => void

/**
 * One line for each request that was answered, with who asked. Never the query string: a download link's holds its
 * signature, and a test query's may hold customers' names.
 */
export function addRequestLog(app: FastifyInstance, answered: RequestAnswered): void {
  app.addHook('onResponse', async (request, reply) => {
    const caller = knownCaller(request)
    const { method } = request
    answered({ method, route: request.routeOptions.url ?? 'none', status: reply.statusCode }, reply.elapsedTime)
    request.log.info(
      {
        method: request.method,
        path: pathOf(request.url),
        address: request.ip,
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
