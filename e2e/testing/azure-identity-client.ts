// A program as customers write it, with Microsoft's own library: gets a token, calls the API, prints what came of it.
// A process of its own, because Node reads NODE_EXTRA_CA_CERTS when it starts.
import { ClientCertificateCredential, ClientSecretCredential, type TokenCredential } from '@azure/identity'

interface Task {
  readonly url: string
  readonly tenantId: string
  readonly clientId: string
  readonly proof: { readonly secret: string } | { readonly certificatePath: string }
  readonly scope: string
  readonly path: string
}

const { url, tenantId, clientId, proof, scope, path } = JSON.parse(process.argv[2] ?? '') as Task
const options = { authorityHost: url, disableInstanceDiscovery: true }
const credential: TokenCredential =
  'secret' in proof
    ? new ClientSecretCredential(tenantId, clientId, proof.secret, options)
    : new ClientCertificateCredential(tenantId, clientId, { certificatePath: proof.certificatePath }, options)

try {
  const token = await credential.getToken(scope)
  const again = await credential.getToken(scope)
  const answer = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${token?.token}` } })
  const { totalCount } = (await answer.json()) as { readonly totalCount: number }
  const secondsLeft = ((token?.expiresOnTimestamp ?? 0) - Date.now()) / 1_000
  say({ status: answer.status, totalCount, secondsLeft, isKept: again?.token === token?.token })
} catch (error) {
  const { name, message, errorResponse } = error as Error & { readonly errorResponse?: unknown }
  say({ name, message, errorResponse })
}

function say(outcome: object): void {
  process.stdout.write(JSON.stringify(outcome))
}
