import { Socket } from 'node:net'
import type { FastifyReply } from 'fastify'

/**
 * Lets the connection of a request stay silent for as long as its answer takes: elsewhere one on which nothing moves is
 * cut. With the connection's next request its own limit holds again.
 */
export function holdConnection({ raw }: FastifyReply): void {
  if (raw.socket instanceof Socket) raw.socket.setTimeout(0)
}
