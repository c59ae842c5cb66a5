import type { FastifyInstance } from 'fastify'
import { hasBody } from './has-body.ts'

/**
 * Has what arrived with a request's head looked at before anything is answered, where a body follows the head: one whose
 * chunks make no sense is for two readers not the same request, and 400 must be the one answer to it. Must be called
 * before hooks that answer are added.
 */
export function lookAtBodyFirst(app: FastifyInstance): void {
  app.addHook('onRequest', ({ headers }, _reply, done) => {
    // The parser goes on as soon as this call returns; what is queued here comes after it.
    if (hasBody(headers)) queueMicrotask(() => done())
    else done()
  })
}
