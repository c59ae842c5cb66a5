import { fastify, type FastifyInstance } from 'fastify'
import { answerError } from './answer-error.ts'
import type { HttpDeps } from './http-deps.ts'
import { lookAtBodyFirst } from './look-at-body-first.ts'
import { markAnswer } from './mark-answer.ts'
import { protocolAnswer } from './protocol-answers.ts'
import { registerHealth, type HealthDeps } from './routes/health.ts'
import { serverOptions, type ServerOptionDeps } from './server-options.ts'
import { errorEnvelope } from './wire/envelope.ts'

export interface HealthAppDeps extends HealthDeps, ServerOptionDeps, Pick<HttpDeps, 'publicUrl'> {}

/** The HTTP server of a process that answers no clients: `/health` and `/ready`, for what looks after processes. */
export async function createHealthApp(deps: HealthAppDeps): Promise<FastifyInstance> {
  const app: FastifyInstance = fastify(serverOptions(deps))
  app.addHook('onRequest', (request, reply, done) => {
    markAnswer(request, reply, deps.publicUrl())
    done()
  })
  lookAtBodyFirst(app)
  app.setErrorHandler(answerError)
  app.setNotFoundHandler((_request, reply) => {
    const { status, message, details } = protocolAnswer('unknown_route')
    return reply.code(status).send(errorEnvelope(status, message, 'unknown_route', details))
  })
  registerHealth(app, deps)
  return app
}
