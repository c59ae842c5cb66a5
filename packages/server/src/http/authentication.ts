import type { Role } from '@almanac/api'
import type { FastifyRequest, onRequestHookHandler } from 'fastify'
import type { Caller } from '../access/caller.ts'
import { AppError } from '../kernel/app-error.ts'
import { invariant } from '../kernel/invariant.ts'

/** Verifies a token: whose it is, at once where that is known. Raises `unauthorized`. */
export type VerifyToken = (token: string) => Caller | Promise<Caller>

/** A request with who sent it: beside it, since a map of all requests makes work for the collector of garbage. */
interface Authenticated extends FastifyRequest {
  [callerKey]?: Caller
}

const callerKey = Symbol('caller')

type Done = (error?: Error) => void

/**
 * A hook that lets a request through when its token is good and has one of the roles. The token comes in
 * `Authorization: Bearer` or, as some clients send it, alone in `X-AadUserTicket`. Raises `unauthorized`, `forbidden`.
 */
export function authenticate(verifyToken: VerifyToken, roles: readonly Role[]): onRequestHookHandler {
  const admit = (request: Authenticated, caller: Caller): void => {
    if (!roles.some((role) => caller.roles.includes(role))) {
      throw new AppError('forbidden', { sentence: `This needs one of the roles ${roles.join(', ')}` })
    }
    request[callerKey] = caller
  }
  const admitLater = async (request: FastifyRequest, caller: Promise<Caller>, done: Done): Promise<void> => {
    try {
      admit(request, await caller)
    } catch (error) {
      done(error as Error)
      return
    }
    done()
  }
  return (request, _reply, done) => {
    const caller = verifyToken(tokenOf(request))
    if (caller instanceof Promise) {
      void admitLater(request, caller, done)
      return
    }
    // Most tokens were seen before: a promise for what is known takes longer than looking it up.
    admit(request, caller)
    done()
  }
}

/** Who sent the request. Only for operations that need a token. */
export function callerOf(request: FastifyRequest): Caller {
  const caller = knownCaller(request)
  invariant(caller, 'the request was authenticated')
  return caller
}

/** Who sent the request, if it was authenticated; for the log. */
export function knownCaller(request: Authenticated): Caller | undefined {
  return request[callerKey]
}

function tokenOf({ headers }: FastifyRequest): string {
  const authorization = headers.authorization?.trim()
  if (authorization !== undefined && authorization !== '') {
    const [scheme = '', token = ''] = authorization.split(/\s+/, 2)
    if (scheme.toLowerCase() === 'bearer' && token !== '') return token
    throw new AppError('unauthorized', { reason: 'the Authorization header is not of the form Bearer <token>' })
  }
  const ticket = headers['x-aaduserticket']
  if (typeof ticket === 'string' && ticket.trim() !== '') return ticket.trim().replace(/^bearer\s+/i, '')
  throw new AppError('unauthorized', { reason: 'no token was sent' })
}
