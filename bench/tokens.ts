// What the check of a token costs a request: a bare Fastify route with the server's own hook and a verifier on a real
// store, against the same route without it, in turn, with the load from a process of its own.
//
//   npm run bench:tokens            9 pairs of 3 seconds, 32 connections
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fastify } from 'fastify'
import { createAccount } from '../packages/server/src/access/create-account.ts'
import { createClient } from '../packages/server/src/access/create-client.ts'
import { issueToken } from '../packages/server/src/access/issue-token.ts'
import { createLoginGuard } from '../packages/server/src/access/login-guard.ts'
import { createOwnTokens } from '../packages/server/src/access/own-tokens.ts'
import { createSecretChecker } from '../packages/server/src/access/secret-checker.ts'
import { createTokenKeys } from '../packages/server/src/access/token-keys.ts'
import { createTokenVerifier } from '../packages/server/src/access/verify-token.ts'
import { authenticate } from '../packages/server/src/http/authentication.ts'
import { serverItself } from '../packages/server/src/kernel/audit-entry.ts'
import { systemClock as clock } from '../packages/server/src/kernel/clock.ts'
import { randomId as newId } from '../packages/server/src/kernel/ids.ts'
import { openSqliteStores } from '../packages/server/src/stores/open-sqlite-stores.ts'
import { publish, shown, spread } from './testbed/figures.ts'
import { rateOf } from './testbed/rate-of.ts'

const pairs = Number(process.argv[2] ?? 9)
const seconds = Number(process.argv[3] ?? 3)

const folder = await mkdtemp(join(tmpdir(), 'almanac-bench-tokens-'))
const stores = await openSqliteStores(join(folder, 'almanac.db'))
const keys = createTokenKeys({ keys: stores.keys, clock, newId })
const issuer = { tenantId: 'bench', publicUrl: () => 'https://reports.example.com' }
const resource = 'https://api.partnercenter.microsoft.com'
const access = { clients: stores.clients, keys, clock, issuer, audiences: [resource] }
const verifyToken = createTokenVerifier({ ...access, authorities: [createOwnTokens(access)] })

await createAccount({ clients: stores.clients, clock }, serverItself, { id: 'contoso', name: 'Contoso' })
const { client, secret } = await createClient({ clients: stores.clients, clock, newId }, serverItself, {
  accountId: 'contoso',
  name: 'bench',
  roles: ['Reports.Read'],
})
const answer = await issueToken(
  {
    ...access,
    credentials: stores.credentials,
    secrets: createSecretChecker(),
    users: null,
    logins: createLoginGuard(clock),
    tally: { issued: () => undefined, refused: () => undefined },
    machineClock: clock,
    newId,
    onNoteLost: (error) => {
      throw error
    },
  },
  {
    tenantId: 'bench',
    version: '1.0',
    authorization: null,
    network: '127.0.0.1',
    form: { grant_type: 'client_credentials', client_id: client.id, client_secret: secret, resource },
  },
)
const token = answer.access_token

const app = fastify()
const body = { value: [{ status: 'Completed', text: 'x'.repeat(900) }], totalCount: 1, statusCode: 200 }
app.get('/bare', async () => body)
app.get('/guarded', { onRequest: authenticate(verifyToken, ['Reports.Read']) }, async () => body)
const url = await app.listen({ host: '127.0.0.1', port: 0 })

const bare: number[] = []
const guarded: number[] = []
for (let pair = 0; pair <= pairs; pair++) {
  const bareRate = await rateOf(`${url}/bare`, token, seconds)
  const guardedRate = await rateOf(`${url}/guarded`, token, seconds)
  // The first pair warms both up.
  if (pair === 0) continue
  bare.push(bareRate)
  guarded.push(guardedRate)
  console.log(`pair ${pair}: guarded ${Math.round(guardedRate)}/s, bare ${Math.round(bareRate)}/s`)
}

// The check alone, without a socket around it: what it adds to a request of the product, which does more than the bare
// route.
const rounds = 200_000
const checksUs: number[] = []
for (let round = 0; round < 5; round++) {
  const startedAt = performance.now()
  for (let check = 0; check < rounds; check++) await verifyToken(token)
  checksUs.push(((performance.now() - startedAt) * 1_000) / rounds)
}
await app.close()
await stores.close()
await rm(folder, { recursive: true, force: true })

// Time per request, guarded over bare.
const ratios = bare.map((rate, index) => rate / (guarded[index] ?? 1))
await publish(
  'tokens',
  [
    `bare Fastify route: ${shown(spread(bare), 'requests/s')}`,
    `the same behind the check of a token: ${shown(spread(guarded), 'requests/s')}`,
    `time of a request, pair by pair: ${shown(spread(ratios), '×')}   aim ≤ 1.10`,
    `one check of a token seen before: ${shown(spread(checksUs), 'µs')}`,
  ],
  { barePerSecond: spread(bare), guardedPerSecond: spread(guarded), ratio: spread(ratios), checkUs: spread(checksUs) },
)
