import { createServer } from 'node:http'
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

export interface ReceivedCall {
  readonly method: string | undefined
  readonly path: string | undefined
  readonly headers: IncomingHttpHeaders
  readonly body: string
  /** The address of this machine that was called. */
  readonly localAddress: string | undefined
}

/** A partner's server: real, on all addresses of this machine, until it is closed or the test ends. */
export interface Receiver {
  readonly port: number
  readonly calls: readonly ReceivedCall[]
  /** Connections that were made, and bytes that came over them, whether or not a request became of it. */
  readonly traffic: { connections: number; bytes: number }
  /** Resolves when call number `count` (from 1) is in `calls`. */
  called(count: number): Promise<void>
  close(): Promise<void>
}

type Answer = (response: ServerResponse, call: ReceivedCall) => void

export async function startReceiver(answer: Answer = (response) => response.end()): Promise<Receiver> {
  const calls: ReceivedCall[] = []
  const traffic = { connections: 0, bytes: 0 }
  const waiting: { count: number; resolve: () => void }[] = []
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const { method, url: path, headers, socket } = request
      const call = { method, path, headers, body, localAddress: socket.localAddress }
      calls.push(call)
      for (const { count, resolve } of waiting) if (calls.length >= count) resolve()
      answer(response, call)
      return call
    })
  })
  server.on('connection', (socket) => {
    traffic.connections += 1
    socket.on('close', () => (traffic.bytes += socket.bytesRead))
  })
  await new Promise<void>((resolve) => void server.listen(0, '0.0.0.0', resolve))
  const { port } = server.address() as AddressInfo
  async function close(): Promise<void> {
    const closed = new Promise<void>((resolve) => void server.close(() => resolve()))
    server.closeAllConnections()
    await closed
  }
  onTestFinished(close)
  return {
    port,
    calls,
    traffic,
    called(count) {
      const { promise, resolve } = Promise.withResolvers<void>()
      if (calls.length >= count) resolve()
      else waiting.push({ count, resolve })
      return promise
    },
    close,
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}
