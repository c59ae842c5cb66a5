import formbody from '@fastify/formbody'
import { operations, type Operation } from '@almanac/api'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { discovery } from '../../access/discovery.ts'
import { issueToken, type IssueTokenDeps } from '../../access/issue-token.ts'
import type { TokenVersion } from '../../access/issuer.ts'
import { publicKeySet } from '../../access/token-keys.ts'
import { userGrants } from '../../access/user-grants.ts'
import { AppError } from '../../kernel/app-error.ts'
import { answerTokenError } from '../answer-token-error.ts'
import type { VerifyToken } from '../authentication.ts'
import { registerOperation, type OperationRoute } from '../operation-route.ts'
import { networkOf } from '../rate-limits/network-of.ts'

export interface TokenRoutesDeps {
  readonly tokens: IssueTokenDeps
  readonly verifyToken: VerifyToken
}

/** Where tokens are made, and what is public about who makes them. Forms are read here and nowhere else. */
export async function registerTokenRoutes(
  app: FastifyInstance,
  { tokens, verifyToken }: TokenRoutesDeps,
): Promise<void> {
  const routes = [
    discoveryRoute(operations.getOpenIdConfiguration, tokens, '1.0'),
    discoveryRoute(operations.getOpenIdConfigurationV2, tokens, '2.0'),
    keySetRoute(operations.getKeySet, tokens),
    keySetRoute(operations.getKeySetV2, tokens),
  ]
  for (const route of routes) registerOperation(app, route, verifyToken)

  await app.register(async (scope) => {
    await scope.register(formbody)
    scope.setErrorHandler((error, request, reply) => answerTokenError(tokens.clock, error, request, reply))
    scope.addHook('onRequest', echoClientRequestId)
    for (const route of [
      issueTokenRoute(operations.issueToken, tokens, '1.0'),
      issueTokenRoute(operations.issueTokenV2, tokens, '2.0'),
    ]) {
      registerOperation(scope, route, verifyToken)
    }
  })
}

function issueTokenRoute(operation: Operation, tokens: IssueTokenDeps, version: TokenVersion): OperationRoute {
  return {
    operation,
    serve: async (_version, request, reply) => {
      reply.headers({ 'cache-control': 'no-store', pragma: 'no-cache' })
      return issueToken(tokens, {
        tenantId: tenantIdOf(request),
        version,
        form: (request.body ?? {}) as Record<string, unknown>,
        authorization: request.headers.authorization ?? null,
        network: networkOf(request.ip),
      })
    },
  }
}

function discoveryRoute(
  operation: Operation,
  { issuer, users }: IssueTokenDeps,
  version: TokenVersion,
): OperationRoute {
  const grants = ['client_credentials', ...(users === null ? [] : userGrants)]
  return {
    operation,
    serve: async (_version, request) => discovery(issuer, tenantIdOf(request), version, grants) ?? unknownTenant(),
  }
}

function keySetRoute(operation: Operation, { issuer, keys }: IssueTokenDeps): OperationRoute {
  return {
    operation,
    serve: async (_version, request) => {
      if (tenantIdOf(request).toLowerCase() !== issuer.tenantId.toLowerCase()) unknownTenant()
      return publicKeySet(keys)
    },
  }
}

function tenantIdOf(request: FastifyRequest): string {
  return (request.params as { readonly tenantId: string }).tenantId
}

function unknownTenant(): never {
  throw new AppError('not_found', { sentence: 'No item found with given filters. There is no such tenant.' })
}

/** A client that sent an id of its own and wants it back gets it back, as at the real token endpoint. */
async function echoClientRequestId(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const { 'client-request-id': id, 'return-client-request-id': wanted } = request.headers
  if (id !== undefined && String(wanted).toLowerCase() === 'true') reply.header('client-request-id', id)
}
