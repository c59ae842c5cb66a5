import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK, type JWTPayload } from 'jose'
import { onTestFinished } from 'vitest'

/** An issuer of a test's own, over HTTP, whose documents and tokens are whatever the test says. */
export interface TestIssuer {
  readonly url: string
  readonly discoveryUrl: string
  /** The addresses that were asked for, in order. */
  readonly asked: string[]
  /** The key that signs. */
  key: TestKey
  /** What the documents say; a test may change either, or answer by itself. */
  discovery: Readonly<Record<string, unknown>>
  keySet: { keys: readonly object[] }
  answer: ((path: string, reply: ServerResponse) => boolean) | null
  /** Signs claims, with the issuer's key unless another is given. */
  sign(claims: JWTPayload, header?: Readonly<Record<string, unknown>>, key?: TestKey): Promise<string>
  /** Takes a new key and publishes it alone. */
  rotate(): Promise<void>
}

export interface TestKey {
  readonly kid: string
  readonly alg: string
  readonly privateKey: CryptoKey
  readonly publicJwk: JWK
}

export async function makeKey(kid: string, alg = 'RS256'): Promise<TestKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  return { kid, alg, privateKey, publicJwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } }
}

/** Starts an issuer until the test ends. `name` is its `iss`; its own address when it is left out. */
export async function startTestIssuer(name?: string): Promise<TestIssuer> {
  const server = createServer((request, reply) => {
    const path = request.url ?? ''
    issuer.asked.push(path)
    if (issuer.answer?.(path, reply) === true) return
    const document = path === '/keys' ? issuer.keySet : issuer.discovery
    reply.setHeader('content-type', 'application/json').end(JSON.stringify(document))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  const key = await makeKey('key-1')
  let keys = 1
  const issuer: TestIssuer = {
    url,
    discoveryUrl: `${url}/.well-known/openid-configuration`,
    asked: [],
    key,
    discovery: { issuer: name ?? url, jwks_uri: `${url}/keys` },
    keySet: { keys: [key.publicJwk] },
    answer: null,
    sign: (claims, header = {}, signer = issuer.key) =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: signer.alg, typ: 'JWT', kid: signer.kid, ...header })
        .sign(signer.privateKey),
    async rotate() {
      keys += 1
      issuer.key = await makeKey(`key-${keys}`)
      issuer.keySet = { keys: [issuer.key.publicJwk] }
    },
  }
  return issuer
}
