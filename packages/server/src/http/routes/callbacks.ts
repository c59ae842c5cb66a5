import { operations } from '@almanac/api'
import type { AttemptedDelivery } from '../../callbacks/delivery.ts'
import { listCallbacks, type ListCallbacksDeps } from '../../executions/list-callbacks.ts'
import { findSentAgain, sendCallbackAgain, type SendCallbackAgainDeps } from '../../executions/send-callback-again.ts'
import type { ServeOnceDeps } from '../../idempotency/serve-once.ts'
import { operationRoute } from '../operation-route.ts'
import { serveAskedOnce } from '../serve-asked-once.ts'
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

interface SendCallbackAgainRouteDeps extends SendCallbackAgainDeps, ServeOnceDeps {
  readonly deliveryOwed: () => void
}

const sending = operations.sendCallbackAgain

export const sendCallbackAgainRoute = (deps: SendCallbackAgainRouteDeps) =>
  operationRoute(sending, (asked, reply) => {
    const { params, caller } = asked
    const input = { program: params.program, deliveryId: params.callbackId }
    const answer = (delivery: AttemptedDelivery) => envelope([callbackItem(delivery)], 'Callback will be sent')
    return serveAskedOnce(deps, sending, asked, reply, {
      async make(newId) {
        const delivery = await sendCallbackAgain({ ...deps, newId }, caller(), input)
        deps.deliveryOwed()
        return answer(delivery)
      },
      async found(requestId) {
        const delivery = await findSentAgain(deps, caller(), input, requestId)
        return delivery && answer(delivery)
      },
    })
  })
