import { AlmanacError } from './almanac-error.ts'
import { executionsRequest } from './executions.ts'
import { isNothingFound } from './pages.ts'
import { lowerCamelKeys, refusalOf } from './read-answer.ts'
import type { Transport } from './transport.ts'
import type { Execution } from './wire-types.ts'

export interface WaitOptions {
  /** Wait for this one. Default: the report's latest completed execution, or else the next that completes. */
  readonly executionId?: string
  /** The first pause; each one is half as long again as the one before. Default: one second. */
  readonly pollMs?: number
  /** The longest pause, but for one that the service asks for (`Retry-After`). Default: 30 seconds. */
  readonly maximumPollMs?: number
  /** Told what each look found; null when there is nothing to see yet. */
  readonly onPoll?: (execution: Execution | null) => void
  readonly signal?: AbortSignal
}

/** Resolves after `ms`; rejects with the signal's reason when it aborts. */
export type Sleep = (ms: number, signal: AbortSignal | undefined) => Promise<void>

// A long wait must survive a restart of the service; an address that is wrong should be told soon.
const failuresInARow = 5

/**
 * Waits until an execution has completed, and gives it. Raises `execution_failed` with the service's reason when it
 * failed, and any refusal; the signal's reason when it aborts.
 */
export async function waitForExecution(
  deps: { readonly transport: Transport; readonly sleep: Sleep },
  reportId: string,
  options: WaitOptions,
): Promise<Execution> {
  const { pollMs = 1_000, maximumPollMs = 30_000, signal } = options
  let executionId = options.executionId
  let failures = 0
  for (let pauseMs = pollMs; ; pauseMs = Math.min(pauseMs * 1.5, maximumPollMs)) {
    let askedMs = 0
    try {
      const seen = await look(deps.transport, reportId, executionId, signal)
      failures = 0
      options.onPoll?.(seen)
      if (seen?.executionStatus === 'Completed') return seen
      if (seen?.executionStatus === 'Failed') throw failed(seen)
      // Once seen, it is followed by its id: a failed one would drop out of the default view without a word.
      executionId = options.executionId ?? seen?.executionId
    } catch (error) {
      failures += 1
      if (!isPassing(error) || failures >= failuresInARow) throw error
      askedMs = (error.retryAfterSeconds ?? 0) * 1_000
    }
    await deps.sleep(Math.max(pauseMs, askedMs), signal)
  }
}

/**
 * One look. A report that has not completed anything yet is answered with 404 and, in `value`, what is waiting or
 * running; the real service sends that 404 without a value, or a 200 with the waiting execution.
 */
async function look(
  transport: Transport,
  reportId: string,
  executionId: string | undefined,
  signal: AbortSignal | undefined,
): Promise<Execution | null> {
  const filter = { ...(executionId === undefined ? {} : { executionIds: [executionId] }), signal }
  const { response, envelope } = await transport.ask(executionsRequest(reportId, filter))
  const [latest] = envelope.value
  if (latest !== undefined) return lowerCamelKeys(latest) as Execution
  const { statusCode, message, error } = envelope
  if (statusCode < 400) return null
  // With `not_found` the service says that there is no such report; without a code it may only not have run yet.
  if (isNothingFound(statusCode, message) && error?.code !== 'not_found' && /^There are/i.test(message ?? ''))
    return null
  throw refusalOf(response, envelope)
}

function failed({ executionId, failureReason }: Execution): AlmanacError {
  const reason = failureReason === null || failureReason === undefined ? '' : `: ${failureReason.message}`
  return new AlmanacError({
    code: 'execution_failed',
    message: `The execution ${executionId} failed${reason}`,
    details: failureReason === null || failureReason === undefined ? [] : [failureReason],
  })
}

function isPassing(error: unknown): error is AlmanacError {
  if (!(error instanceof AlmanacError)) return false
  return error.code === 'network' || [429, 502, 503, 504].includes(error.status ?? 0)
}
