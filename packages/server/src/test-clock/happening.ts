/** Something that happened while a test clock was moved. */
export interface Happening {
  readonly at: number
  readonly kind:
    | 'execution_completed'
    | 'execution_failed'
    | 'execution_retried'
    | 'callback_delivered'
    | 'callback_retried'
    | 'callback_failed'
  readonly reportId: string
  readonly executionId: string
  /** The reference time of the execution. */
  readonly scheduledAt: number | null
  /** Rows of the file, or why it failed, or the receiver's answer. */
  readonly detail: string
}
