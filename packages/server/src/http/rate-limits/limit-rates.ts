import type { FastifyInstance, FastifyReply } from 'fastify'
import type { Clock } from '../../kernel/clock.ts'
import { AppError } from '../../kernel/app-error.ts'
import { knownCaller } from '../authentication.ts'
import { networkOf } from './network-of.ts'
import { createRequestQuota, type QuotaStanding, type RequestQuota } from './request-quota.ts'

export interface RateLimits {
  /** 0: no limit. */
  readonly requestsPerMinutePerClient: number
  readonly requestsPerMinutePerAddress: number
}

// A bucket is a number and its key: some 20 MB when all are used.
const mostKeys = 100_000

/** What load balancers and container runtimes ask every second; it has to be answered above all when there is much to do. */
const unlimited: ReadonlySet<string | undefined> = new Set(['/health', '/ready'])

/**
 * Counts the requests of each address, before anybody looks at a token, and of each client, as soon as its token is
 * known. Beyond a limit the answer is 429. Every answer says where the caller stands, in the fields `RateLimit-Policy` and
 * `RateLimit` of draft-ietf-httpapi-ratelimit-headers-10. Must be called before routes are added.
 */
export function limitRates(app: FastifyInstance, clock: Clock, limits: RateLimits): void {
  const quotaOf = (perMinute: number): RequestQuota | null =>
    perMinute === 0 ? null : createRequestQuota(clock, perMinute, mostKeys)
  const ofAddress = quotaOf(limits.requestsPerMinutePerAddress)
  const ofClient = quotaOf(limits.requestsPerMinutePerClient)

  if (ofAddress !== null)
    app.addHook('onRequest', (request, reply, done) => {
      if (!unlimited.has(request.routeOptions.url)) count(reply, 'address', ofAddress, networkOf(request.ip))
      done()
    })
  if (ofClient !== null)
    // After the hooks of `onRequest`, the last of which verifies the token, and before a body is read.
    app.addHook('preParsing', (request, reply, _body, done) => {
      const caller = knownCaller(request)
      if (caller !== undefined) count(reply, 'client', ofClient, caller.clientId)
      done()
    })
}

function count(reply: FastifyReply, policy: 'address' | 'client', quota: RequestQuota, key: string): void {
  const standing = quota.take(key)
  addItem(reply, 'ratelimit-policy', `"${policy}";q=${quota.perMinute};w=60`)
  addItem(reply, 'ratelimit', `"${policy}";r=${standing.remaining};t=${standing.resetSeconds}`)
  if (!standing.isWithin) throw tooMany(policy, quota, standing)
}

/** Both fields are lists: an answer tells of the address first and of the client after it. */
function addItem(reply: FastifyReply, name: string, item: string): void {
  const before = reply.getHeader(name)
  reply.header(name, before === undefined ? item : `${String(before)}, ${item}`)
}

function tooMany(policy: 'address' | 'client', { perMinute }: RequestQuota, { retryAfterSeconds }: QuotaStanding) {
  return new AppError('rate_limited', {
    retryAfterSeconds,
    sentence: `One ${policy} may send ${perMinute} requests a minute; try again in ${retryAfterSeconds} s`,
  })
}
