import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { protocolAnswer } from './protocol-answers.ts'
import { errorEnvelope } from './wire/envelope.ts'

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const

/**
 * Watches the routes that are added after it, and gives each of their paths a 405 for the methods that it doesn't serve;
 * the framework would say 404, as if the path didn't exist. Call the returned function when all routes are there.
 */
export function watchMethods(app: FastifyInstance): () => void {
  const served = new Map<string, Set<string>>()
  app.addHook('onRoute', ({ url, method }) => {
    const known = served.get(url) ?? new Set<string>()
    for (const one of [method].flat()) known.add(one)
    served.set(url, known)
  })
  return () => {
    for (const [url, known] of served) {
      const allow = [...known].join(', ')
      const others = methods.filter((method) => !known.has(method))
      // Before the body is looked at: of a method that isn't served, its kind doesn't matter.
      app.route({ method: others, url, onRequest: refuse(allow), handler: refuse(allow) })
    }
  }
}

function refuse(allow: string) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const answer = protocolAnswer('method_not_allowed', `${request.method} is not served here; ${allow} is`)
    return reply
      .code(answer.status)
      .header('allow', allow)
      .send(errorEnvelope(answer.status, answer.message, 'method_not_allowed', answer.details))
  }
}
