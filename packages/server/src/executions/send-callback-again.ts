import type { AttemptedDelivery } from '../callbacks/delivery.ts'
import { requireProgram } from '../datasets/require-program.ts'
import { AppError } from '../kernel/app-error.ts'
import type { Clock } from '../kernel/clock.ts'
import type { NewId } from '../kernel/ids.ts'
import type { Owner } from '../kernel/owner.ts'
import type { ListCallbacksDeps } from './list-callbacks.ts'

export interface SendCallbackAgainDeps extends ListCallbacksDeps {
  readonly clock: Clock
  readonly newId: NewId
}

export interface CallbackOfProgram {
  readonly program: string
  readonly deliveryId: string
}

/**
 * Sends a callback once more, now, however it had ended: the same bytes under the same `webhook-id`, so that a receiver
 * that has seen it knows. If the attempt fails, the retry schedule goes on where it stood. Raises `unknown_program`,
 * `not_found`.
 */
export async function sendCallbackAgain(
  deps: SendCallbackAgainDeps,
  { accountId }: Owner,
  input: CallbackOfProgram,
): Promise<AttemptedDelivery> {
  await requireCallback(deps, accountId, input)
  await deps.deliveries.sendAgain(accountId, input.deliveryId, { id: deps.newId(), now: deps.clock.now() })
  return requireCallback(deps, accountId, input)
}

/**
 * The callback as it is now, if the request with this id, the first that it took, has had it sent again; undefined if it
 * has not. Raises like `sendCallbackAgain`.
 */
export async function findSentAgain(
  deps: ListCallbacksDeps,
  { accountId }: Owner,
  input: CallbackOfProgram,
  requestId: string,
): Promise<AttemptedDelivery | undefined> {
  const isDone = await deps.deliveries.wasSentAgain(accountId, input.deliveryId, requestId)
  return isDone ? requireCallback(deps, accountId, input) : undefined
}

async function requireCallback(
  { catalog, reports, deliveries }: ListCallbacksDeps,
  accountId: string,
  input: CallbackOfProgram,
): Promise<AttemptedDelivery> {
  const program = requireProgram(catalog, input.program)
  const { deliveryId } = input
  const delivery = await deliveries.findOne(accountId, deliveryId)
  const report = delivery && (await reports.find(accountId, program, delivery.reportId))
  if (report === undefined) throw new AppError('not_found', {})
  const all = await deliveries.list(
    accountId,
    { reportId: report.id, executionId: delivery?.executionId ?? null },
    1_000,
  )
  const found = all.find(({ id }) => id === deliveryId)
  if (found === undefined) throw new AppError('not_found', {})
  return found
}
