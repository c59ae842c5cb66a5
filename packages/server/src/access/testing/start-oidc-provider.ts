import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type JWK } from 'jose'
import { Provider } from 'oidc-provider'

/** A real OpenID Connect server (`oidc-provider`), with one client that gets JWT access tokens for a resource. */
export interface OidcServer {
  readonly url: string
  readonly clientId: string
  /** A token of the client for `resource`, by the client-credentials grant. Its claims are `claims` and the server's own. */
  tokenFor(resource: string, claims?: Readonly<Record<string, unknown>>): Promise<string>
  /** From now on another key signs, and it alone is published. */
  rotateKeys(alg?: 'RS256' | 'ES256'): Promise<void>
  /** Answers nothing from now on, until `up`. */
  down(): void
  up(): void
  close(): Promise<void>
}

// Its tokens are JWTs and its client is in its configuration. Its own memory would do as well, with a warning each time.
const keepsNothing = () => ({
  upsert: async () => undefined,
  find: async () => undefined,
  findByUserCode: async () => undefined,
  findByUid: async () => undefined,
  consume: async () => undefined,
  destroy: async () => undefined,
  revokeByGrantId: async () => undefined,
})

const clientId = 'importer'
const clientSecret = 'a secret of the test alone'

export async function startOidcProvider(): Promise<OidcServer> {
  let serve: RequestListener = (_request, reply) => reply.writeHead(503).end()
  let claimsOfNext: Readonly<Record<string, unknown>> = {}
  let keys = 0
  let isDown = false
  const server = createServer((request, reply) => {
    if (isDown) request.socket.destroy()
    else serve(request, reply)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  async function rotateKeys(alg: 'RS256' | 'ES256' = 'RS256'): Promise<void> {
    const { privateKey } = await generateKeyPair(alg, { extractable: true })
    keys += 1
    const jwk = { ...(await exportJWK(privateKey)), kid: `key-${keys}`, alg, use: 'sig' }
    const callback = providerWith(jwk, alg).callback()
    serve = (request, reply) => void callback(request, reply)
  }

  // The keys of a provider are fixed, so a rotation is a new provider of the same name, as after a restart of it.
  function providerWith(key: JWK, alg: 'RS256' | 'ES256'): Provider {
    return new Provider(url, {
      adapter: keepsNothing,
      jwks: { keys: [key] },
      clients: [
        {
          client_id: clientId,
          client_secret: clientSecret,
          grant_types: ['client_credentials'],
          redirect_uris: [],
          response_types: [],
          token_endpoint_auth_method: 'client_secret_post',
          id_token_signed_response_alg: alg,
        },
      ],
      scopes: ['reports'],
      ttl: { ClientCredentials: 3_600 },
      features: {
        devInteractions: { enabled: false },
        clientCredentials: { enabled: true },
        resourceIndicators: {
          enabled: true,
          getResourceServerInfo: (_context, resource) => ({
            scope: 'reports',
            audience: resource,
            accessTokenFormat: 'jwt',
            accessTokenTTL: 3_600,
            jwt: { sign: { alg } },
          }),
        },
      },
      extraTokenClaims: () => claimsOfNext,
    })
  }

  await rotateKeys()
  return {
    url,
    clientId,
    rotateKeys,
    async tokenFor(resource, claims = {}) {
      claimsOfNext = claims
      const answer = await fetch(`${url}/token`, {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'client_credentials',
          client_id: clientId,
          client_secret: clientSecret,
          resource,
          scope: 'reports',
        }),
      })
      const { access_token: token } = (await answer.json()) as { readonly access_token?: string }
      if (token === undefined) throw new Error(`the provider answered ${answer.status}`)
      return token
    },
    down() {
      isDown = true
    },
    up() {
      isDown = false
    },
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
