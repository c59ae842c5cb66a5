import { once } from 'node:events'
import { connect } from 'node:net'

/** What came of bytes that were sent to a server as they are. */
export interface RawExchange {
  /** All that came back. */
  readonly received: string
  /** The statuses of the answers, in order. */
  readonly statuses: readonly number[]
  /** Whether the server ended the connection by itself; otherwise it did nothing more for `patienceMs`. */
  readonly ended: boolean
}

/**
 * Sends bytes, mistakes included, over a connection of its own, and reads until the server ends it or is silent for
 * `patienceMs`. With `pieces` further pieces are sent, one whenever `pauseMs` have gone by.
 */
export async function rawExchange(
  port: number,
  bytes: string | Buffer,
  { patienceMs = 10_000, pieces = [], pauseMs = 100 }: RawOptions = {},
): Promise<RawExchange> {
  const socket = connect({ port, host: '127.0.0.1' })
  // A server that refuses before all has been sent resets the connection; what it said before counts.
  socket.on('error', () => undefined)
  let received = ''
  let ended = false
  const done = Promise.withResolvers<void>()
  socket.setTimeout(patienceMs, () => done.resolve())
  socket.on('data', (chunk: Buffer) => (received += chunk.toString('latin1')))
  socket.once('close', () => {
    ended = true
    done.resolve()
  })
  await Promise.race([once(socket, 'connect'), done.promise])
  socket.write(bytes)
  const waiting = [...pieces]
  const dribble = setInterval(() => {
    const piece = waiting.shift()
    if (piece !== undefined && socket.writable) socket.write(piece)
  }, pauseMs)
  await done.promise
  clearInterval(dribble)
  socket.destroy()
  const statuses = [...received.matchAll(/^HTTP\/1\.1 (\d{3}) /gm)].map(([, status]) => Number(status))
  return { received, statuses, ended }
}

export interface RawOptions {
  readonly patienceMs?: number
  readonly pieces?: readonly string[]
  readonly pauseMs?: number
}
