import type { FastifyInstance } from 'fastify'
import { answerError } from './answer-error.ts'
import { ProtocolError } from './protocol-answers.ts'

/**
 * Refuses a request whose body doesn't arrive in time, on the routes that are added after it: who sends a byte a minute
 * must not hold a connection. A route may say in its `config` that its bodies take as long as they take.
 */
export function limitBodyTime(app: FastifyInstance, limitMs: number): void {
  app.addHook('preParsing', async (request, reply) => {
    const { raw, routeOptions } = request
    if (raw.complete || ('bodyTakesTime' in routeOptions.config && routeOptions.config.bodyTakesTime === true)) return
    const timer = setTimeout(() => {
      if (raw.complete || reply.sent) return
      // What still comes would be taken for the next request.
      reply.raw.once('finish', () => raw.destroy())
      answerError(new ProtocolError('timeout'), request, reply)
    }, limitMs)
    raw.once('end', () => clearTimeout(timer))
    raw.once('close', () => clearTimeout(timer))
  })
}
