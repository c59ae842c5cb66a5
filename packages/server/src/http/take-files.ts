import type { FastifyInstance } from 'fastify'
import { secondMs } from '../kernel/hours.ts'

// For a client to read its refusal and to stop sending by itself.
const lingerMs = 5 * secondMs

/**
 * Makes the routes of a scope take files as bodies: no parser touches them, so who may not send one is refused before the
 * first byte is read, and who may has it streamed to where it is needed.
 */
export function takeFiles(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('*', (_request, body, done) => done(null, body))
  scope.addHook('onRoute', (route) => {
    route.config = { ...route.config, bodyTakesTime: true }
  })
  // Who was refused may go on sending: it is read and thrown away, so that the refusal arrives. Not for ever.
  scope.addHook('onResponse', async ({ raw }) => {
    if (raw.complete) return
    raw.resume()
    const timer = setTimeout(() => raw.destroy(), lingerMs)
    raw.once('close', () => clearTimeout(timer))
  })
}
