import type { FastifyInstance } from 'fastify'

/** `/health`: 200 when the store answers, 503 when it doesn't. For load balancers and container runtimes. */
export function registerHealth(app: FastifyInstance, checkHealth: () => Promise<void>): void {
  app.route({
    method: ['GET', 'HEAD'],
    url: '/health',
    handler: async (request, reply) => {
      reply.header('cache-control', 'no-store')
      try {
        await checkHealth()
        return { status: 'ok' }
      } catch (error) {
        request.log.error({ err: error }, 'health check failed')
        return reply.code(503).send({ status: 'unavailable' })
      }
    },
  })
}
