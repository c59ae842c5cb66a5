import type { AttemptedDelivery } from '../callbacks/delivery.ts'
import { requireProgram } from '../datasets/require-program.ts'
import { AppError } from '../kernel/app-error.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Owner } from '../kernel/owner.ts'
import type { ListCallbacksDeps } from './list-callbacks.ts'

export interface SendCallbackAgainDeps extends ListCallbacksDeps {
  readonly clock: Clock
}

/**
 * Sends a callback once more, now, however it had ended: the same bytes under the same `webhook-id`, so that a receiver
 * that has seen it knows. If the attempt fails, the retry schedule goes on where it stood. Raises `unknown_program`,
 * `not_found`.
 */
export async function sendCallbackAgain(
  { catalog, reports, deliveries, clock }: SendCallbackAgainDeps,
  { accountId }: Owner,
  input: { readonly program: string; readonly deliveryId: string },
): Promise<AttemptedDelivery> {
  const program = requireProgram(catalog, input.program)
  const { deliveryId } = input
  const delivery = await deliveries.findOne(accountId, deliveryId)
  const report = delivery && (await reports.find(accountId, program, delivery.reportId))
  if (report === undefined) throw new AppError('not_found', {})
  await deliveries.sendAgain(accountId, deliveryId, clock.now())
  const all = await deliveries.list(
    accountId,
    { reportId: report.id, executionId: delivery?.executionId ?? null },
    1_000,
  )
  const found = all.find(({ id }) => id === deliveryId)
  if (found === undefined) throw new AppError('not_found', {})
  return found
}
