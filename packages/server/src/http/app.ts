import { fastify, type FastifyInstance, type FastifyRequest } from 'fastify'
import { secondMs, toWireTime } from '../kernel/hours.ts'
import { allowOrigins } from './allow-origins.ts'
import { answerError } from './answer-error.ts'
import type { HttpDeps } from './http-deps.ts'
import { limitBodyTime } from './limit-body-time.ts'
import { lookAtBodyFirst } from './look-at-body-first.ts'
import { markAnswer } from './mark-answer.ts'
import { registerOperation, takesFile } from './operation-route.ts'
import { limitRates } from './rate-limits/limit-rates.ts'
import { protocolAnswer } from './protocol-answers.ts'
import { watchMethods } from './refuse-other-methods.ts'
import { refuseTwoHosts } from './refuse-two-hosts.ts'
import { addRequestLog } from './request-log.ts'
import { apiRoutes } from './routes/api-routes.ts'
import { registerHealth } from './routes/health.ts'
import { registerSwaggerPages } from './routes/swagger-pages.ts'
import { registerTokenRoutes } from './routes/token-routes.ts'
import { serverOptions } from './server-options.ts'
import { takeFiles } from './take-files.ts'
import { errorEnvelope } from './wire/envelope.ts'
import { parseJson } from './wire/parse-json.ts'

/** The HTTP server: everything that the outside world can ask. It doesn't listen yet. */
export async function createApp(deps: HttpDeps): Promise<FastifyInstance> {
  const app: FastifyInstance = fastify(serverOptions(deps))
  // Each costs a file descriptor: without one the database can't open its files either.
  app.server.maxConnections = deps.limits.connections

  app.addHook('onRequest', (request, reply, done) => {
    markAnswer(request, reply, deps.publicUrl())
    // Nobody should take an emulator's time for the real one.
    if (deps.testClock !== null) reply.header('x-almanac-clock', toWireTime(deps.clock.now()))
    done()
  })
  addRequestLog(app, deps.requestAnswered)
  lookAtBodyFirst(app)
  allowOrigins(app, deps.allowedOrigins)
  refuseTwoHosts(app)
  limitRates(app, deps.machineClock, deps.limits)
  app.setErrorHandler(answerError)
  app.setNotFoundHandler((_request, reply) => {
    const { status, message, details } = protocolAnswer('unknown_route')
    return reply.code(status).send(errorEnvelope(status, message, 'unknown_route', details))
  })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    /^(application|text)\/([\w.-]+\+)?json(;|$)/i,
    { parseAs: 'string' },
    async (_request: FastifyRequest, text: string) => (text === '' ? undefined : parseJson(text)),
  )

  const refuseOtherMethods = watchMethods(app)
  limitBodyTime(app, deps.limits.arrivalSeconds * secondMs)
  const { files = [], fields = [] } = Object.groupBy(apiRoutes(deps), (route) =>
    takesFile(route) ? 'files' : 'fields',
  )
  for (const route of fields) registerOperation(app, route, deps.verifyToken)
  await app.register(async (scope) => {
    takeFiles(scope)
    for (const route of files) registerOperation(scope, route, deps.verifyToken)
  })
  if (deps.issuesTokens) await app.register((scope) => registerTokenRoutes(scope, deps))
  registerSwaggerPages(app, deps.publicUrl)
  registerHealth(app, deps)
  refuseOtherMethods()
  return app
}
