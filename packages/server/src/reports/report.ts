export type ReportFormat = 'csv' | 'tsv'
export type ReportStatus = 'Active' | 'Paused' | 'Inactive'
export type CallbackMethod = 'GET' | 'POST'
/** When a callback is owed: for a file that is there, or for every end of an execution, failures included. */
export type CallbackOn = 'completed' | 'ended'
export type ApiVersion = 'v1' | 'v1.1'

/** When a report runs. Instants are epoch milliseconds UTC. */
export type Schedule =
  /** ExecuteNow: one occurrence, at the moment of creation; its own window replaces the query's TIMESPAN. */
  | {
      readonly kind: 'once'
      readonly at: number
      readonly queryStartAt: number | null
      readonly queryEndAt: number | null
    }
  | {
      readonly kind: 'recurring'
      /** As the caller sent it; shown again as it came. */
      readonly startAt: number
      /**
       * Where the grid begins: `startAt`, or its first grid point that was not in the past. Occurrence 0, had nothing
       * been passed over since: a resume moves it on by what was.
       */
      readonly firstAt: number
      readonly intervalHours: number
      /** How many occurrences in all; null = until `endAt`, or without end. */
      readonly count: number | null
      readonly endAt: number | null
    }

export interface Callback {
  readonly url: string
  readonly method: CallbackMethod
  readonly on: CallbackOn
}

/** A report: a schedule on a copy of one query's text. */
export interface Report {
  readonly id: string
  readonly accountId: string
  readonly clientId: string
  readonly program: string
  readonly user: string
  readonly name: string
  readonly description: string | null
  readonly queryId: string
  readonly queryText: string
  readonly schedule: Schedule
  readonly format: ReportFormat
  /** Whether texts that a spreadsheet would run are written with an apostrophe before them. */
  readonly neutralizeFormulas: boolean
  readonly callback: Callback | null
  readonly status: ReportStatus
  readonly createdAt: number
  readonly modifiedAt: number | null
}

/** A report with where it stands in its schedule, as lists show it. */
export interface ReportView extends Report {
  /** Occurrences that have begun (claimed at least once). */
  readonly startedCount: number
  /** Reference time of the waiting execution; null when none waits. */
  readonly nextExecutionAt: number | null
}
