import type { FastifyInstance } from 'fastify'
import { answerError } from './answer-error.ts'
import { hasBody } from './has-body.ts'
import { ProtocolError } from './protocol-answers.ts'

/**
 * Refuses a request whose body doesn't arrive in time, on the routes that are added after it: who sends a byte a minute
 * must not hold a connection. A route may say in its `config` that its bodies take as long as they take.
 */
export function limitBodyTime(app: FastifyInstance, limitMs: number): void {
  app.addHook('preParsing', (request, reply, _body, done) => {
    const { raw } = request
    if (raw.complete || !hasBody(raw.headers) || takesTime(request.routeOptions.config)) return done()
    const timer = setTimeout(() => {
      if (raw.complete || reply.sent) return
      // What still comes would be taken for the next request.
      reply.raw.once('finish', () => raw.destroy())
      answerError(new ProtocolError('timeout'), request, reply)
    }, limitMs)
    raw.once('end', () => clearTimeout(timer))
    raw.once('close', () => clearTimeout(timer))
    done()
  })
}

function takesTime(config: object): boolean {
  return 'bodyTakesTime' in config && config.bodyTakesTime === true
}
