// A partner's server, in a process of its own: reads each request to its end and answers 204. Asked by a message, it
// tells its port and what has come since it was asked last.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Received {
  readonly port: number
  readonly requests: number
  readonly bodyBytes: number
  readonly connections: number
  /** Processor time of this process since then. */
  readonly cpuMs: number
}

let [requests, bodyBytes, connections] = [0, 0, 0]
let cpu = process.cpuUsage()
const server = createServer((request, response) => {
  request.on('data', (chunk: Buffer) => (bodyBytes += chunk.byteLength))
  request.on('end', () => {
    requests += 1
    response.writeHead(204).end()
  })
})
server.on('connection', () => (connections += 1))
const listening = new Promise<number>((resolve) => {
  server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
})

process.on('message', () => void tell())
// A benchmark that breaks doesn't leave it behind.
process.on('disconnect', () => process.exit())

async function tell(): Promise<void> {
  const port = await listening
  const { user, system } = process.cpuUsage(cpu)
  const received: Received = { port, requests, bodyBytes, connections, cpuMs: (user + system) / 1_000 }
  ;[requests, bodyBytes, connections, cpu] = [0, 0, 0, process.cpuUsage()]
  process.send?.(received)
}
