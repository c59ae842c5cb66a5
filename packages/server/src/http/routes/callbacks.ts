import { operations } from '@almanac/api'
import { listCallbacks, type ListCallbacksDeps } from '../../executions/list-callbacks.ts'
import { sendCallbackAgain, type SendCallbackAgainDeps } from '../../executions/send-callback-again.ts'
import { operationRoute } from '../operation-route.ts'
import { callbackItem } from '../wire/callback-item.ts'
import { envelope } from '../wire/envelope.ts'

export const listCallbacksRoute = (deps: ListCallbacksDeps) =>
  operationRoute(operations.listCallbacks, async ({ params, query, caller }) => {
    const { program, reportId } = params
    const deliveries = await listCallbacks(deps, caller(), {
      program,
      reportId,
      executionId: query.executionId ?? null,
    })
    return envelope(deliveries.map(callbackItem), 'Callbacks fetched successfully')
  })

export const sendCallbackAgainRoute = (deps: SendCallbackAgainDeps & { readonly deliveryOwed: () => void }) =>
  operationRoute(operations.sendCallbackAgain, async ({ params, caller }) => {
    const { program, callbackId } = params
    const delivery = await sendCallbackAgain(deps, caller(), { program, deliveryId: callbackId })
    deps.deliveryOwed()
    return envelope([callbackItem(delivery)], 'Callback will be sent')
  })
