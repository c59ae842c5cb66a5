import { Readable } from 'node:stream'
import type { ApiVersion, FieldsBody, FileBody, Operation, Static } from '@almanac/api'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Caller } from '../access/caller.ts'
import type { AuditSource } from '../kernel/audit-entry.ts'
import { authenticate, callerOf, type VerifyToken } from './authentication.ts'
import { clearedFields, readFields, type FieldRefusals } from './wire/read-fields.ts'
import { bodyFields, formFields } from './wire/sent-fields.ts'
import { networkOf } from './rate-limits/network-of.ts'
import type { Json } from './wire/parse-json.ts'

/** What an operation was asked, in the shape of its contract. */
export interface Asked<Op extends Operation> {
  readonly version: ApiVersion
  readonly params: Static<Op['params']>
  readonly query: Static<Op['query']>
  readonly body: BodyOf<Op>
  /** Fields of the body that were sent as `null`; `body` lacks them. */
  readonly cleared: ReadonlySet<string>
  /** Path and query string as they came, tidied. */
  readonly url: string
  readonly headers: FastifyRequest['headers']
  readonly method: string
  /** Where the request comes from, as limits and links count it. */
  readonly network: () => string
  /** The Idempotency-Key header; null without one. */
  readonly idempotencyKey: string | null
  /** Who asks. Fails for an operation that needs no token. */
  readonly caller: () => Caller
  /** Who asks, and from where, for the audit log. */
  readonly source: () => AuditSource
}

/** Fields; a file is its bytes, which nobody has read yet. */
type BodyOf<Op extends Operation> = Op['body'] extends { schema: Readonly<Record<ApiVersion, infer Schema>> }
  ? Static<Schema extends FieldsBody['schema']['v1'] ? Schema : never>
  : Op['body'] extends FileBody
    ? Readable
    : null

/** An operation of the contract with what serves it. */
export interface OperationRoute {
  readonly operation: Operation
  readonly serve: (version: ApiVersion, request: FastifyRequest, reply: FastifyReply) => Promise<unknown>
}

/**
 * Ties an operation of the contract to what serves it. `handle` gets what was asked, read by the contract's schemas, and
 * returns the body of a 200, or has answered through `reply`.
 */
export function operationRoute<Op extends Operation>(
  operation: Op,
  handle: (asked: Asked<Op>, reply: FastifyReply) => Promise<unknown>,
  refusals: FieldRefusals = {},
): OperationRoute {
  return {
    operation,
    serve: (version, request, reply) => {
      const asked = {
        version,
        params: readFields(operation.params, Object.entries(request.params as Record<string, string>)),
        query: readFields(operation.query, formFields(queryText(request.url)), refusals),
        body: readBody(operation, version, request, refusals),
        cleared: clearedIn(operation, version, request),
        url: request.url,
        headers: request.headers,
        method: request.method,
        network: () => networkOf(request.ip),
        idempotencyKey: oneHeader(request.headers['idempotency-key']),
        caller: () => callerOf(request),
        source: () => auditSource(request),
      }
      return handle(asked as unknown as Asked<Op>, reply)
    },
  }
}

function auditSource(request: FastifyRequest): AuditSource {
  const { accountId, clientId } = callerOf(request)
  return { actor: { kind: 'client', accountId, clientId }, requestId: request.id, address: request.ip }
}

/** Adds the routes of an operation: one for each version, or one in all when its path has no version. GET serves HEAD too. */
export function registerOperation(
  app: FastifyInstance,
  { operation, serve }: OperationRoute,
  verifyToken: VerifyToken,
): void {
  const versions = operation.path.includes('{version}') ? operation.versions : operation.versions.slice(-1)
  for (const version of versions) {
    app.route({
      method: operation.method === 'GET' ? ['GET', 'HEAD'] : operation.method,
      url: routePath(operation.path, version),
      ...(operation.roles.length === 0 ? {} : { onRequest: authenticate(verifyToken, operation.roles) }),
      handler: (request, reply) => serve(version, request, reply),
    })
  }
}

/** Whether the body of an operation is a file: see `take-files.ts`. */
export function takesFile({ operation }: OperationRoute): boolean {
  return operation.body !== null && 'mediaTypes' in operation.body
}

/** `/insights/{version}/{program}` → `/insights/v1.1/:program`. */
export function routePath(path: string, version: ApiVersion): string {
  return path.replace('{version}', version).replaceAll(/\{(\w+)\}/g, ':$1')
}

function queryText(url: string): string {
  const mark = url.indexOf('?')
  return mark === -1 ? '' : url.slice(mark + 1)
}

function readBody(
  operation: Operation,
  version: ApiVersion,
  request: FastifyRequest,
  refusals: FieldRefusals,
): unknown {
  if (operation.body === null) return null
  if ('mediaTypes' in operation.body) return request.body ?? Readable.from([])
  // The content type parsers of app.ts leave nothing else.
  return readFields(operation.body.schema[version], bodyFields(request.body as Json | undefined), refusals)
}

const nothing: ReadonlySet<string> = new Set()

function clearedIn(operation: Operation, version: ApiVersion, request: FastifyRequest): ReadonlySet<string> {
  if (operation.body === null || 'mediaTypes' in operation.body) return nothing
  return clearedFields(operation.body.schema[version], bodyFields(request.body as Json | undefined))
}

/** A header that makes no sense twice; blank is as good as absent. */
function oneHeader(value: string | readonly string[] | undefined): string | null {
  const text = (typeof value === 'string' ? value : (value?.[0] ?? '')).trim()
  return text === '' ? null : text
}
