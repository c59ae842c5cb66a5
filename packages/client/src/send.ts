import { clientError } from './almanac-error.ts'

/** The platform's `fetch`, or one of the user's. */
export type Fetch = (url: string, init?: RequestInit) => Promise<Response>

/** Sends a request. Raises `AlmanacError` `network` when there is no answer, or the signal's reason when it aborts. */
export async function send(fetch: Fetch, url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init)
  } catch (cause) {
    init.signal?.throwIfAborted()
    throw clientError('network', `${new URL(url).origin} can't be reached: ${reasonOf(cause)}`, { cause })
  }
}

/** Node says `fetch failed` and puts the reason (ECONNREFUSED, a wrong certificate) into the cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { cause } = error
  return cause instanceof Error && cause.message !== '' ? cause.message : error.message
}
