import type { DemoAnnouncement } from './demo-process.ts'

/** An answer as it came: status, headers, and the envelope. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: Envelope
}

export interface Envelope {
  readonly value: readonly Record<string, unknown>[]
  readonly totalCount: number
  readonly message: string | null
  readonly statusCode: number
  readonly nextLink: string | null
  readonly error?: { readonly code: string; readonly details: readonly Record<string, unknown>[] }
}

/** A token by the seed's own request: form fields, `resource`, client credentials. */
export async function requestToken(server: DemoAnnouncement, client = 0): Promise<string> {
  const { clientId, clientSecret } = server.clients[client] ?? { clientId: '', clientSecret: '' }
  const response = await fetch(`${server.url}/${server.tenantId}/oauth2/token`, {
    method: 'POST',
    headers: { 'return-client-request-id': 'true', 'Content-Type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      resource: 'https://api.partnercenter.microsoft.com',
      client_id: clientId,
      client_secret: clientSecret,
      grant_type: 'client_credentials',
    }).toString(),
  })
  const answer = (await response.json()) as { access_token: string }
  return answer.access_token
}

/** Calls the API with a token and a body that is sent as it stands, mistakes included. */
export async function call(
  server: { readonly url: string },
  token: string,
  method: string,
  path: string,
  rawBody?: string,
): Promise<Answer> {
  const response = await fetch(`${server.url}${path}`, {
    method,
    headers: {
      Authorization: `Bearer ${token}`,
      ...(rawBody === undefined ? {} : { 'Content-Type': 'application/json' }),
    },
    ...(rawBody === undefined ? {} : { body: rawBody }),
  })
  return { status: response.status, headers: response.headers, body: (await response.json()) as Envelope }
}

/** Asks for a report's executions until `done` says so; gives the last answer. */
export async function pollExecutions(
  server: { readonly url: string },
  token: string,
  path: string,
  done: (answer: Answer) => boolean,
): Promise<Answer> {
  const deadline = AbortSignal.timeout(90_000)
  for (;;) {
    const answer = await call(server, token, 'GET', path)
    if (done(answer)) return answer
    if (deadline.aborted) throw new Error(`Not done in time; the last answer was ${JSON.stringify(answer.body)}`)
    // Real processes have no clock of ours: look again soon, as a client would.
    await new Promise((resolve) => setImmediate(resolve))
  }
}
