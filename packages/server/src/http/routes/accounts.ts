import { operations } from '@almanac/api'
import { requireAccount, type ChangeClientDeps } from '../../access/change-client.ts'
import { putAccount } from '../../access/put-account.ts'
import { operationRoute } from '../operation-route.ts'
import { accountItem } from '../wire/access-items.ts'
import { envelope } from '../wire/envelope.ts'
import { defaultTop, nextLink } from '../wire/next-link.ts'
import { pageOf } from '../wire/page-of.ts'

type Deps = ChangeClientDeps & { readonly publicUrl: () => string }

export const listAccountsRoute = ({ clients, publicUrl }: Deps) =>
  operationRoute(operations.listAccounts, async ({ query, url }) => {
    const top = query.$top ?? defaultTop
    const { items, nextCursor } = pageOf(await clients.listAccounts(), top, query.$skipToken ?? null)
    return envelope(items.map(accountItem), null, {
      nextLink: nextLink({ publicUrl: publicUrl(), url, top }, nextCursor),
    })
  })

export const getAccountRoute = ({ clients }: Deps) =>
  operationRoute(operations.getAccount, async ({ params }) =>
    envelope([accountItem(await requireAccount(clients, params.accountId))], null),
  )

export const putAccountRoute = (deps: Deps) =>
  operationRoute(operations.putAccount, async ({ params, body, source }) => {
    const account = await putAccount(deps, source(), {
      accountId: params.accountId,
      name: body.Name ?? null,
      isDisabled: body.Disabled ?? null,
    })
    return envelope([accountItem(account)], 'Account is known')
  })
