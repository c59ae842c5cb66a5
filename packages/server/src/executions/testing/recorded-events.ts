import type { ExecutionEvents } from '../execution-events.ts'
import type { ClaimedExecution, Failure } from '../execution.ts'

/** Something that happened, as a test compares it. */
export interface RecordedEvent {
  readonly name: keyof ExecutionEvents
  readonly executionId?: string
  readonly failure?: Failure
  readonly retryAt?: number
  readonly error?: unknown
}

export interface RecordedEvents extends ExecutionEvents {
  readonly all: readonly RecordedEvent[]
  /** What happened, in order, as `name executionId`. */
  readonly names: readonly string[]
  /** Resolves when `name` has happened `count` times. */
  happened(name: keyof ExecutionEvents, count?: number): Promise<void>
}

export function recordEvents(): RecordedEvents {
  const all: RecordedEvent[] = []
  const waiting: { readonly name: keyof ExecutionEvents; readonly count: number; readonly resolve: () => void }[] = []
  const countOf = (name: keyof ExecutionEvents) => all.filter((event) => event.name === name).length

  function add(event: RecordedEvent): void {
    all.push(event)
    for (const { name, count, resolve } of waiting) if (countOf(name) >= count) resolve()
  }
  const adds = (name: keyof ExecutionEvents) => (execution: ClaimedExecution) =>
    add({ name, executionId: execution.id })

  return {
    all,
    get names() {
      return all.map(({ name, executionId }) => (executionId === undefined ? name : `${name} ${executionId}`))
    },
    happened(name, count = 1) {
      const { promise, resolve } = Promise.withResolvers<void>()
      if (countOf(name) >= count) resolve()
      else waiting.push({ name, count, resolve })
      return promise
    },
    executionStarted: adds('executionStarted'),
    executionCompleted: adds('executionCompleted'),
    executionHandedBack: adds('executionHandedBack'),
    executionLeaseLost: adds('executionLeaseLost'),
    executionRetried: ({ id }, failure, retryAt, error) =>
      add({ name: 'executionRetried', executionId: id, failure, retryAt, error }),
    executionFailed: ({ id }, failure, error) => add({ name: 'executionFailed', executionId: id, failure, error }),
    retained: () => add({ name: 'retained' }),
    workerError: (error) => add({ name: 'workerError', error }),
  }
}
