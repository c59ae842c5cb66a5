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
  app.addHook('onResponse', (request, reply, done) => {
    const caller = knownCaller(request)
    const { method } = request
    const { statusCode: status, elapsedTime } = reply
    answered({ method, route: request.routeOptions.url ?? 'none', status }, elapsedTime)
    request.log.info(
      {
        method,
        path: pathOf(request.url),
        address: request.ip,
        status,
        milliseconds: Math.round(elapsedTime),
        ...(caller === undefined ? {} : { accountId: caller.accountId, clientId: caller.clientId }),
      },
      'request',
    )
    done()
  })
}

function pathOf(url: string): string {
  const mark = url.indexOf('?')
  return mark === -1 ? url : url.slice(0, mark)
}
