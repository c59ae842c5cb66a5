import { clientError } from './almanac-error.ts'
import { readJson, readRefusal } from './read-answer.ts'
import { send, type Fetch } from './send.ts'

/** Where the client's tokens come from. */
export interface TokenSource {
  /** A token that is good for some time yet. */
  current(signal: AbortSignal | undefined): Promise<string>
  /** Another token than `refused`, which the service answered with 401. */
  renewed(refused: string, signal: AbortSignal | undefined): Promise<string>
}

export interface CredentialOptions {
  /** `https://host/{tenantId}/oauth2/token`, or one that ends in `/oauth2/v2.0/token`. */
  readonly tokenUrl: string
  readonly clientId: string
  readonly clientSecret: string
  /** What the token is for. */
  readonly resource?: string
}

export const defaultResource = 'https://api.partnercenter.microsoft.com'

// A request that leaves just before the end must still arrive in time. Of a short life, a tenth is enough.
const renewBeforeMs = 60_000

interface Held {
  readonly token: string
  readonly renewAt: number
}

/** Gets tokens by client credentials: one at a time, kept until shortly before it expires. */
export function createCredentialSource(
  options: CredentialOptions,
  deps: { readonly fetch: Fetch; readonly now: () => number },
): TokenSource {
  let held: Promise<Held> | undefined

  // Shared by all who wait for it, so it is not bound to one caller's signal.
  function ask(): Promise<Held> {
    const asked = askToken(options, deps)
    held = asked
    asked.catch(() => {
      if (held === asked) held = undefined
    })
    return asked
  }

  async function current(signal: AbortSignal | undefined): Promise<string> {
    // One that was made just now is used, however soon it ends.
    if (held === undefined) return (await orAborted(ask(), signal)).token
    const { token, renewAt } = await orAborted(held, signal)
    return deps.now() < renewAt ? token : renewed(token, signal)
  }

  async function renewed(refused: string, signal: AbortSignal | undefined): Promise<string> {
    // Someone else may have renewed it meanwhile.
    const latest = held === undefined ? undefined : await orAborted(held, signal)
    const { token } = latest === undefined || latest.token === refused ? await orAborted(ask(), signal) : latest
    return token
  }

  return { current, renewed }
}

async function askToken(
  { tokenUrl, clientId, clientSecret, resource = defaultResource }: CredentialOptions,
  { fetch, now }: { readonly fetch: Fetch; readonly now: () => number },
): Promise<Held> {
  const target = /\/v2\.0\/token\/?$/i.test(tokenUrl) ? { scope: `${resource}/.default` } : { resource }
  const response = await send(fetch, tokenUrl, {
    method: 'POST',
    headers: { accept: 'application/json' },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
      ...target,
    }),
  })
  if (!response.ok) throw await readRefusal(response)
  const answer = (await readJson(response)) as { readonly access_token?: unknown; readonly expires_in?: unknown } | null
  if (typeof answer?.access_token !== 'string') throw clientError('unreadable_answer', 'The answer has no access_token')
  // Text in v1, a number in v2.0; counted from now, so that a clock that is wrong makes no difference.
  const lifetimeMs = Number(answer.expires_in) * 1_000
  const renewInMs = Number.isFinite(lifetimeMs) ? lifetimeMs - Math.min(renewBeforeMs, lifetimeMs / 10) : 0
  return { token: answer.access_token, renewAt: now() + renewInMs }
}

/** Takes tokens from a function of the user's: a library, a cache, a file. It is asked before every request. */
export function createProvidedSource(accessToken: () => string | Promise<string>): TokenSource {
  const current = async () => accessToken()
  return { current, renewed: current }
}

/** The promise's outcome, or the signal's reason when it comes first. */
async function orAborted<Value>(promise: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
  if (signal === undefined) return promise
  signal.throwIfAborted()
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const abort = () => reject(signal.reason as Error)
  signal.addEventListener('abort', abort, { once: true })
  try {
    return await Promise.race([promise, aborted])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}
