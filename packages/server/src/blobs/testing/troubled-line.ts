import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { Transform } from 'node:stream'

/** A line to a server, on which things go wrong as a test wants. */
export interface TroubledLine {
  readonly port: number
  /** Bytes that have come from the server so far. */
  readonly received: number
  /** Bytes to the server that silence has swallowed. */
  readonly held: number
  /** Resolves when so many bytes have gone to the server since the line is there. */
  sent(bytes: number): Promise<void>
  /** Changes one bit of the bytes to the server, so many bytes from now. */
  spoil(afterBytes: number): void
  /** Breaks all connections, once so many bytes more have come from the server. */
  breakAfter(receivedBytes: number): void
  /** From now on nothing comes through, and nobody is told. */
  fallSilent(): void
  /** Nobody is let through, until `mend`. */
  cut(): void
  mend(): void
  close(): Promise<void>
}

/** Opens a line on a port of its own that leads to another port of this machine. */
export async function openTroubledLine(to: number): Promise<TroubledLine> {
  const sockets = new Set<Socket>()
  const counts = { sent: 0, received: 0, held: 0 }
  let spoilAt = Infinity
  let breakAt = Infinity
  let isCut = false
  let isSilent = false
  const waiting: { readonly bytes: number; readonly resolve: () => void }[] = []

  const breakAll = (): void => sockets.forEach((socket) => socket.destroy())

  const outward = (): Transform =>
    new Transform({
      transform(chunk: Buffer, _encoding, done) {
        if (spoilAt < counts.sent + chunk.length) {
          const place = Math.max(0, spoilAt - counts.sent)
          chunk[place] = (chunk[place] ?? 0) ^ 1
          spoilAt = Infinity
        }
        counts.sent += chunk.length
        for (const { bytes, resolve } of waiting) if (counts.sent >= bytes) resolve()
        if (isSilent) counts.held += chunk.length
        if (isSilent) done()
        else done(null, chunk)
      },
    })
  const homeward = (): Transform =>
    new Transform({
      transform(chunk: Buffer, _encoding, done) {
        counts.received += chunk.length
        if (counts.received >= breakAt) {
          breakAt = Infinity
          breakAll()
        }
        if (isSilent) done()
        else done(null, chunk)
      },
    })

  const server = createServer((client) => {
    if (isCut) return client.destroy()
    const upstream = connect(to, '127.0.0.1')
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.once('close', () => {
        sockets.delete(socket)
        client.destroy()
        upstream.destroy()
      })
    }
    client.pipe(outward()).pipe(upstream)
    upstream.pipe(homeward()).pipe(client)
    return undefined
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    get received() {
      return counts.received
    },
    get held() {
      return counts.held
    },
    sent: (bytes) =>
      new Promise((resolve) => {
        if (counts.sent >= bytes) resolve()
        else waiting.push({ bytes, resolve })
      }),
    spoil: (afterBytes) => (spoilAt = counts.sent + afterBytes),
    breakAfter: (receivedBytes) => (breakAt = counts.received + receivedBytes),
    fallSilent: () => (isSilent = true),
    cut() {
      isCut = true
      breakAll()
    },
    mend() {
      isCut = false
      isSilent = false
      breakAll()
    },
    async close() {
      breakAll()
      server.close()
      await once(server, 'close')
    },
  }
}
