import { operations } from '@almanac/api'
import type { CreateClientDeps } from '../../access/create-client.ts'
import { putClient } from '../../access/put-client.ts'
import { requireClient } from '../../access/require-client.ts'
import { operationRoute } from '../operation-route.ts'
import { clientItem } from '../wire/access-items.ts'
import { envelope } from '../wire/envelope.ts'
import { defaultTop, nextLink } from '../wire/next-link.ts'
import { pageOf } from '../wire/page-of.ts'

type Deps = CreateClientDeps & { readonly publicUrl: () => string }

export const listClientsRoute = ({ clients, publicUrl }: Deps) =>
  operationRoute(operations.listClients, async ({ query, url }) => {
    const top = query.$top ?? defaultTop
    const listed = await clients.listClients(query.accountId ?? null)
    const { items, nextCursor } = pageOf(listed, top, query.$skipToken ?? null)
    return envelope(items.map(clientItem), null, {
      nextLink: nextLink({ publicUrl: publicUrl(), url, top }, nextCursor),
    })
  })

export const getClientRoute = ({ clients }: Deps) =>
  operationRoute(operations.getClient, async ({ params }) =>
    envelope([clientItem(await requireClient(clients, params.clientId))], null),
  )

export const putClientRoute = (deps: Deps) =>
  operationRoute(operations.putClient, async ({ params, body, source }) => {
    const { client, isNew } = await putClient(deps, source(), {
      clientId: params.clientId,
      accountId: body.AccountId,
      name: body.Name,
      roles: body.Roles,
      isDisabled: body.Disabled ?? null,
    })
    const webhookSecret = isNew ? client.webhookSecret : null
    return envelope([{ ...clientItem(client), webhookSecret }], 'Client is registered')
  })
