import type { Server } from 'node:http'
import type { ServerOptions } from 'node:https'
import { LogController, type FastifyHttpOptions } from 'fastify'
import { minuteMs, secondMs } from '../kernel/hours.ts'
import { answerBrokenRequest } from './answer-broken-request.ts'
import { answerError } from './answer-error.ts'
import type { HttpDeps } from './http-deps.ts'
import { markAnswer } from './mark-answer.ts'
import { requestId } from './request-id.ts'
import { trustedProxies } from './trusted-proxies.ts'
import { tidyUrl } from './wire/request-url.ts'

export interface ServerOptionDeps extends Pick<
  HttpDeps,
  'log' | 'newId' | 'limits' | 'certificate' | 'trustProxy' | 'publicUrl'
> {}

/** How the framework and Node's HTTP server are set: routing habits of the wire, and limits on what a client may do. */
export function serverOptions(deps: ServerOptionDeps): FastifyHttpOptions<Server> {
  const { log, newId, limits, certificate } = deps
  const arrivalMs = limits.arrivalSeconds * secondMs
  const node = {
    // A query text of 16 KiB grows threefold in an address.
    maxHeaderSize: 64 * 1_024,
    headersTimeout: arrivalMs,
    // How often Node looks for headers that take too long; by default so seldom that they may take twice as long.
    connectionsCheckingInterval: Math.min(5 * secondMs, arrivalMs),
  }
  const options: FastifyHttpOptions<Server> = {
    loggerInstance: log,
    // One line of our own for each request (request-log.ts): theirs would have the query string.
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: (request) => requestId(request, newId),
    rewriteUrl: (request) => tidyUrl(request.url ?? '/'),
    // Several report ids in one path make a long parameter.
    routerOptions: { caseSensitive: false, maxParamLength: 8_192 },
    // Routes serve HEAD themselves: theirs would read a whole file to throw it away.
    exposeHeadRoutes: false,
    // At a shutdown what comes over an open connection is served, and the connection ends with the answer: a client that
    // works at one server of several must not notice that another takes its place.
    return503OnClosing: false,
    bodyLimit: limits.requestBodyBytes,
    trustProxy: trustedProxies(deps.trustProxy),
    http: node,
    // A body has a limit of ours (limit-body-time.ts): Node has one for all, and a file may take hours to arrive.
    requestTimeout: 0,
    // For a connection on which nothing moves; longer than a preview may run.
    connectionTimeout: limits.previewTimeoutSeconds * secondMs + minuteMs,
    clientErrorHandler: answerBrokenRequest,
    frameworkErrors: (error, request, reply) => {
      void answerError(error, request, markAnswer(request, reply, deps.publicUrl()))
    },
  }
  if (certificate === null) return options
  const https: ServerOptions = { ...node, ...certificate, handshakeTimeout: arrivalMs }
  // The framework's types have one kind of server for each set of options; ours is the same but for the socket.
  return { ...options, https } as FastifyHttpOptions<Server>
}
