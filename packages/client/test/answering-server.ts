import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

/** A request as it arrived. */
export interface Asked {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

export interface Answer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly json?: unknown
  /** Instead of `json`: writes the body, whole or not. */
  readonly write?: (response: ServerResponse) => void
}

export interface AnsweringServer {
  readonly url: string
  readonly asked: readonly Asked[]
  /** The requests to paths that end in `ending`. */
  askedFor(ending: string): readonly Asked[]
}

/** A real HTTP server on a free port that answers as it is told, until the test ends. */
export async function startAnswering(answer: (asked: Asked) => Answer): Promise<AnsweringServer> {
  const all: Asked[] = []
  const server = createServer((request, response) => void serve(request, response))
  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const url = new URL(request.url ?? '/', 'http://server')
    const asked: Asked = {
      method: request.method ?? '',
      path: url.pathname,
      query: url.searchParams,
      headers: request.headers,
      body: Buffer.concat(chunks).toString('utf8'),
    }
    all.push(asked)
    const { status = 200, headers = {}, json, write } = answer(asked)
    response.writeHead(status, { ...(write === undefined && { 'content-type': 'application/json' }), ...headers })
    if (write === undefined) response.end(JSON.stringify(json))
    else write(response)
  }
  const { promise: listening, resolve } = Promise.withResolvers<void>()
  server.listen(0, '127.0.0.1', resolve)
  await listening
  onTestFinished(async () => {
    const { promise: closed, resolve } = Promise.withResolvers<void>()
    server.close(() => resolve())
    server.closeAllConnections()
    await closed
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    asked: all,
    askedFor: (ending) => all.filter(({ path }) => path.endsWith(ending)),
  }
}

/** An envelope with these items; `more` replaces its other members. */
export function envelopeOf(value: readonly unknown[], more: object = {}): object {
  return { value, nextLink: null, totalCount: value.length, message: null, statusCode: 200, ...more }
}
