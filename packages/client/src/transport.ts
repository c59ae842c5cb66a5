import type { Envelope } from '@almanac/api'
import { clientError } from './almanac-error.ts'
import { readEnvelope, readRefusal, refusalOf } from './read-answer.ts'
import { send, type Fetch } from './send.ts'
import type { TokenSource } from './token-source.ts'

export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Below the base URL, with its parts encoded; or a `nextLink`. */
  readonly path: string
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>
  readonly body?: Readonly<Record<string, unknown>>
  /** Instead of `body`: sent as it is. */
  readonly file?: Blob | Uint8Array<ArrayBuffer> | string
  /** Of a POST: the service does it once, however often it is sent. */
  readonly idempotencyKey?: string | undefined
  readonly signal?: AbortSignal | undefined
}

/** An envelope together with the answer it came in. */
export interface ApiAnswer {
  /** What was asked for. */
  readonly url: string
  readonly response: Response
  readonly envelope: Envelope<unknown>
}

/** Sends requests with a token and tells answers from refusals. */
export interface Transport {
  /** Any answer in an envelope, refusals included. */
  ask(request: ApiRequest): Promise<ApiAnswer>
  /** The envelope of a request that was honoured. Raises `AlmanacError`. */
  call(request: ApiRequest): Promise<Envelope<unknown>>
  /** The answer itself, whatever its body; for what comes outside the envelope. */
  fetch(request: ApiRequest): Promise<Response>
}

export function createTransport(deps: {
  readonly baseUrl: string
  readonly fetch: Fetch
  readonly tokens: TokenSource
}): Transport {
  const base = new URL(deps.baseUrl.replace(/\/*$/, '/'))

  async function fetchWithToken(url: string, request: ApiRequest): Promise<Response> {
    const token = await deps.tokens.current(request.signal)
    const response = await send(deps.fetch, url, initOf(request, token))
    if (response.status !== 401) return response
    // Expired early, or its key was changed: once with another token, then it is a refusal.
    const another = await deps.tokens.renewed(token, request.signal)
    if (another === token) return response
    await response.body?.cancel()
    return send(deps.fetch, url, initOf(request, another))
  }

  async function ask(request: ApiRequest): Promise<ApiAnswer> {
    const url = urlOf(base, request)
    const response = await fetchWithToken(url, request)
    // Reading fails for a refusal that is not in an envelope (a gateway's 401): then the status says it.
    if (!response.ok && !isJson(response)) throw await readRefusal(response)
    return { url, response, envelope: await readEnvelope(response) }
  }

  return {
    ask,
    fetch: (request) => fetchWithToken(urlOf(base, request), request),
    async call(request) {
      const { response, envelope } = await ask(request)
      if (envelope.statusCode >= 400) throw refusalOf(response, envelope)
      return envelope
    },
  }
}

/** The request's absolute URL. A link to another server is refused: the token must not go there. */
function urlOf(base: URL, { path, query = {} }: ApiRequest): string {
  const url = new URL(path, base)
  if (url.origin !== base.origin) {
    throw clientError('foreign_link', `The service's link leads to another server: ${url.origin}`)
  }
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.set(name, String(value))
  }
  return url.href
}

function initOf({ method, body, file, idempotencyKey, signal }: ApiRequest, token: string): RequestInit {
  return {
    method,
    headers: {
      accept: 'application/json',
      authorization: `Bearer ${token}`,
      ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(file === undefined ? {} : { 'content-type': 'application/octet-stream' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(file === undefined ? {} : { body: file }),
    ...(signal === undefined ? {} : { signal }),
  }
}

function isJson(response: Response): boolean {
  return /\bjson\b/i.test(response.headers.get('content-type') ?? '')
}
