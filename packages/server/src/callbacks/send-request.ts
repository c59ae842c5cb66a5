import { lookup as systemLookup } from 'node:dns/promises'
import type { LookupAddress } from 'node:dns'
import { request as httpRequest } from 'node:http'
import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { isIP } from 'node:net'
import type { LookupFunction, Socket } from 'node:net'
import type { Clock } from '../kernel/clock.ts'
import { secondMs } from '../kernel/hours.ts'
import { invariant } from '../kernel/invariant.ts'
import type { CallbackRequest } from './callback-request.ts'
import type { AddressGuard } from './guard-address.ts'

/** All addresses of a host name, as the operating system knows them. Handed in, so that a test can lie. */
export type Resolve = (host: string) => Promise<readonly LookupAddress[]>

export const systemResolve: Resolve = (host) => systemLookup(host, { all: true })

export interface SenderDeps {
  readonly clock: Clock
  readonly guard: AddressGuard
  readonly resolve: Resolve
  /** Whether `http:` may be used at all. */
  readonly allowHttp: boolean
  /** From beginning to end: name, connection, TLS, request, answer. */
  readonly timeoutSeconds: number
}

/** What came of a request: a status, or a sentence for its owner that names no address of ours. */
export type SendResult =
  | { readonly kind: 'answered'; readonly status: number }
  | { readonly kind: 'unanswered'; readonly error: string }

/** Sends a request to a place that a partner named. Never rejects. */
export type SendRequest = (request: CallbackRequest) => Promise<SendResult>

/** A receiver has no more to say to us than a status. The rest is read, so that it ends well, but not without end. */
const longestBodyBytes = 64 * 1024

class RefusedTarget extends Error {
  override readonly name = 'RefusedTarget'
}
const notPublic = () =>
  new RefusedTarget('The callback host has no public address, and the operator has not allowed it.')

/**
 * Makes the sender of callbacks. Where a callback goes is chosen by a partner, who must not reach our own network
 * through it. So a name is looked up once, its addresses are checked, and the connection is made to these very
 * addresses: a name that answers differently a moment later gains nothing. The connected socket is checked once more
 * before a byte is sent. Redirects are not followed, connections not shared.
 */
export function createSender(deps: SenderDeps): SendRequest {
  return async (request) => {
    const finished = new AbortController()
    const timedOut = new AbortController()
    const timeUp = deps.clock
      .waitUntil(deps.clock.now() + deps.timeoutSeconds * secondMs, finished.signal)
      .then((): SendResult => {
        timedOut.abort()
        return { kind: 'unanswered', error: `No answer came within ${deps.timeoutSeconds} s.` }
      })
    const answer = send(deps, request, timedOut.signal).then(
      (status): SendResult => ({ kind: 'answered', status }),
      (error: unknown): SendResult => ({ kind: 'unanswered', error: sentenceFor(error) }),
    )
    try {
      return await Promise.race([answer, timeUp])
    } finally {
      finished.abort()
    }
  }
}

async function send(deps: SenderDeps, { method, url, headers, body }: CallbackRequest, signal: AbortSignal) {
  if (url.protocol !== 'https:' && !(deps.allowHttp && url.protocol === 'http:')) {
    throw new RefusedTarget('The callback URL must begin with https.')
  }
  const addresses = await permittedAddresses(deps, url.hostname)
  const options: RequestOptions = {
    method,
    headers,
    signal,
    lookup: lookupIn(addresses),
    // A connection of its own, so that none is used that was checked for another name.
    agent: false,
  }
  const sending = url.protocol === 'https:' ? httpsRequest(url, options) : httpRequest(url, options)
  sending.once('socket', (socket: Socket) => {
    socket.once('connect', () => {
      const { remoteAddress } = socket
      const permitted = remoteAddress !== undefined && deps.guard.mayConnect(url.hostname, remoteAddress)
      if (!permitted) socket.destroy(notPublic())
    })
  })
  return statusOf(sending, body)
}

/** The addresses of the host that the guard lets through, at least one; or it throws. */
async function permittedAddresses({ guard, resolve }: SenderDeps, host: string): Promise<readonly LookupAddress[]> {
  // `URL` has turned decimal, octal and hexadecimal forms into plain literals already, and puts IPv6 in brackets.
  const literal = host.replace(/^\[(?<inside>.*)\]$/, '$<inside>')
  const family = isIP(literal)
  const found = family === 0 ? await resolve(host) : [{ address: literal, family }]
  const permitted = found.filter(({ address }) => guard.mayConnect(host, address))
  if (permitted.length === 0) throw notPublic()
  return permitted
}

/** A lookup that knows these addresses only. */
function lookupIn(addresses: readonly LookupAddress[]): LookupFunction {
  return (_host, options, callback) => {
    const [first, ...others] = addresses
    invariant(first !== undefined, 'a request is only made when there is an address')
    process.nextTick(() => {
      if (options.all === true) callback(null, [first, ...others])
      else callback(null, first.address, first.family)
    })
  }
}

function statusOf(sending: ClientRequest, body: string): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  sending.once('error', reject)
  sending.once('response', (response) => {
    // Once the status is here, nothing that goes wrong with the rest changes it.
    const status = response.statusCode ?? 0
    drain(response).then(
      () => resolve(status),
      () => resolve(status),
    )
  })
  sending.end(body)
  return promise
}

async function drain(response: IncomingMessage): Promise<void> {
  let sizeBytes = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    sizeBytes += chunk.byteLength
    // Leaving the loop closes the connection.
    if (sizeBytes > longestBodyBytes) return
  }
}

const sentences: Readonly<Record<string, string>> = {
  ENOTFOUND: 'The host name could not be resolved.',
  EAI_AGAIN: 'The host name could not be resolved.',
  ECONNREFUSED: 'The connection was refused.',
  ECONNRESET: 'The connection was closed before an answer came.',
  ETIMEDOUT: 'The host could not be reached.',
  EHOSTUNREACH: 'The host could not be reached.',
  ENETUNREACH: 'The host could not be reached.',
}

function sentenceFor(error: unknown): string {
  if (error instanceof RefusedTarget) return error.message
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
  if (code === undefined) return 'The request failed.'
  // Node's own messages hold the address ("connect ECONNREFUSED 10.1.2.3:443"); its codes hold nothing.
  return sentences[code] ?? `The request failed (${code}).`
}
