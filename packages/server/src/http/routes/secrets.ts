import { operations } from '@almanac/api'
import { addSecret, type CredentialDeps } from '../../access/add-secret.ts'
import type { MadeSecret } from '../../access/make-secret.ts'
import { removeSecret } from '../../access/remove-secret.ts'
import { requireClient } from '../../access/require-client.ts'
import type { ServeOnceDeps } from '../../idempotency/serve-once.ts'
import { AppError } from '../../kernel/app-error.ts'
import { operationRoute } from '../operation-route.ts'
import { serveAskedOnce } from '../serve-asked-once.ts'
import { secretItem } from '../wire/access-items.ts'
import { envelope } from '../wire/envelope.ts'

export const listSecretsRoute = ({ clients, credentials, clock }: CredentialDeps) =>
  operationRoute(operations.listSecrets, async ({ params }) => {
    const { id } = await requireClient(clients, params.clientId)
    const secrets = await credentials.listSecrets(id)
    return envelope(
      secrets.map((secret) => secretItem(secret, clock.now())),
      null,
    )
  })

const adding = operations.addSecret

export const addSecretRoute = (deps: CredentialDeps & ServeOnceDeps) =>
  operationRoute(adding, async (asked, reply) => {
    const { clientId } = asked.params
    let made: MadeSecret | undefined
    // Of the answer only this is kept for the Idempotency-Key: a table with secrets in clear would be worth stealing.
    const { secretId } = await serveAskedOnce(deps, adding, asked, reply, {
      async make(newId) {
        const expiresInDays = asked.body.ExpiresInDays ?? null
        made = await addSecret({ ...deps, newId }, asked.source(), { clientId, expiresInDays })
        return { secretId: made.kept.id }
      },
      async found(id) {
        const secrets = await deps.credentials.listSecrets(clientId)
        return secrets.some((secret) => secret.id === id) ? { secretId: id } : undefined
      },
    })
    if (made === undefined) {
      reply.removeHeader('idempotency-replayed')
      throw new AppError('secret_shown_before', { secretId })
    }
    return envelope([{ ...secretItem(made.kept, deps.clock.now()), clientSecret: made.secret }], 'Secret added')
  })

export const removeSecretRoute = (deps: CredentialDeps) =>
  operationRoute(operations.removeSecret, async ({ params, source }) => {
    const secrets = await deps.credentials.listSecrets(params.clientId)
    const before = secrets.filter(({ id }) => id === params.secretId)
    await removeSecret(deps, source(), params)
    return envelope(
      before.map((secret) => secretItem(secret, deps.clock.now())),
      'Secret removed',
    )
  })
