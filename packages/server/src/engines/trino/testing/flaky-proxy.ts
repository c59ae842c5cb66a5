import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'

export interface FlakyProxy {
  readonly url: string
  /** Of each request that went through, its method and headers, and how Trino answered. */
  readonly seen: readonly {
    readonly method: string
    readonly headers: NodeJS.Dict<string | string[]>
    readonly status?: number | undefined
  }[]
  close(): Promise<void>
}

/** What becomes of request number `count`, from 1 on: a status of the proxy's own, a cut connection, or Trino's answer. */
export type Mood = (count: number, method: string) => 'through' | 'cut' | number

/**
 * A proxy before a Trino that has its moods, as one has whose Trino restarts. It calls itself by its own address. `instead`
 * are headers that go on to Trino in the place of those that came, as from another client.
 */
export async function startFlakyProxy(
  trinoUrl: string,
  mood: Mood,
  instead: Readonly<Record<string, string>> = {},
): Promise<FlakyProxy> {
  const seen: { method: string; headers: NodeJS.Dict<string | string[]>; status?: number | undefined }[] = []
  let count = 0
  const server = createServer((incoming, outgoing) => {
    const { method = '', headers, url = '/' } = incoming
    count += 1
    const what = mood(count, method)
    if (what === 'cut') {
      incoming.socket.destroy()
      return
    }
    if (what !== 'through') {
      incoming.resume()
      outgoing.writeHead(what).end('<html>A page of the proxy</html>')
      return
    }
    const entry: (typeof seen)[number] = { method, headers }
    seen.push(entry)
    // The address stays Trino's own, so that what it tells to ask next leads past the proxy unless it is put right.
    const passedOn = { ...headers, host: new URL(trinoUrl).host, ...instead }
    const passed = request(`${trinoUrl}${url}`, { method, headers: passedOn })
    passed.on('response', (answer) => {
      entry.status = answer.statusCode
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers)
      answer.pipe(outgoing)
    })
    passed.on('error', () => incoming.socket.destroy())
    incoming.pipe(passed)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
