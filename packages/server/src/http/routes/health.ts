import type { FastifyInstance } from 'fastify'

/** What each part that a server needs says for itself. `why` is for the log; the answer shows the names only. */
export type Readiness = Readonly<Record<string, { readonly ok: boolean; readonly why?: string }>>

export interface HealthDeps {
  readonly checkHealth: () => Promise<void>
  readonly checkReadiness: () => Promise<Readiness>
}

/**
 * `/health`: 200 when the store answers, 503 when it doesn't: restart it. `/ready`: 200 when everything that its work
 * needs is there, 503 with what is not: send nobody here. For load balancers and container runtimes.
 */
export function registerHealth(app: FastifyInstance, { checkHealth, checkReadiness }: HealthDeps): void {
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
  app.route({
    method: ['GET', 'HEAD'],
    url: '/ready',
    handler: async (request, reply) => {
      reply.header('cache-control', 'no-store')
      const readiness = await checkReadiness()
      const isReady = Object.values(readiness).every(({ ok }) => ok)
      if (!isReady) request.log.warn({ readiness }, 'not ready')
      const checks = Object.fromEntries(
        Object.entries(readiness).map(([name, { ok }]) => [name, ok ? 'ok' : 'unavailable']),
      )
      return reply.code(isReady ? 200 : 503).send({ status: isReady ? 'ok' : 'unavailable', checks })
    },
  })
}
