/** Something that happened to a report, kept so that "why did nothing come on Tuesday?" has an answer. */
export interface ReportEvent {
  readonly at: number
  readonly kind: ReportEventKind
  /** Null for what concerns the report and no execution of it. */
  readonly executionId: string | null
  /** The reference time of that execution. */
  readonly scheduledAt: number | null
  /** A sentence for the partner, where there is more to say. Never a stack, SQL or a path. */
  readonly detail: string | null
}

/** In the order in which they can follow each other within one millisecond. */
export const reportEventKinds = [
  'created',
  'updated',
  'paused',
  'resumed',
  'started',
  'handed_back',
  'try_failed',
  'completed',
  'failed',
  'callback_sent_again',
] as const

export type ReportEventKind = (typeof reportEventKinds)[number]
