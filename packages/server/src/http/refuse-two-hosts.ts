import type { FastifyInstance } from 'fastify'
import { ProtocolError } from './protocol-answers.ts'

/**
 * Refuses a request that names two hosts, as RFC 9112 (3.2) has it: a proxy that goes by one of them and a server that
 * goes by the other would not mean the same. Node takes the first and says nothing.
 */
export function refuseTwoHosts(app: FastifyInstance): void {
  app.addHook('onRequest', ({ raw }, reply, done) => {
    let hosts = 0
    // Names and values in turn.
    for (let index = 0; index < raw.rawHeaders.length; index += 2) {
      const name = raw.rawHeaders[index]
      if (name?.length === 4 && name.toLowerCase() === 'host') hosts += 1
    }
    if (hosts < 2) return done()
    reply.raw.shouldKeepAlive = false
    throw new ProtocolError('malformed_request', 'The request has more than one Host header')
  })
}
