import type { ColumnType } from '../dataset.ts'

/** What a query does, as data and in words. Nothing hidden is in it: no hidden column, nobody's account. */
export interface QueryDescription {
  readonly dataset: string
  /** Whether the rows are filtered by the account of whoever asks. */
  readonly ownRowsOnly: boolean
  readonly columns: readonly DescribedColumn[]
  /** Raw rows, the different ones among them, or groups. */
  readonly shape: 'rows' | 'distinct' | 'groups'
  /** The columns whose combinations make the lines; empty for raw rows, and for metrics alone, which make one line. */
  readonly groupedBy: readonly string[]
  /** All must hold for a row to count. */
  readonly rowFilters: readonly string[]
  /** All must hold for a group to appear. */
  readonly groupFilters: readonly string[]
  /** `null` for a dataset without dates. */
  readonly window: DescribedWindow | null
  readonly orderBy: readonly DescribedOrder[]
  readonly limit: number | null
  readonly extensions: readonly string[]
  /** All of it in plain sentences. */
  readonly words: readonly string[]
}

export interface DescribedColumn {
  /** The header of the result: the declared name, or the alias that the query uses. */
  readonly name: string
  readonly kind: 'column' | 'metric'
  readonly type: ColumnType
  readonly description: string | null
  /** How a metric is worked out; `null` for a column, and for a metric over something hidden. */
  readonly workedOut: string | null
  /** The declared name, where the query uses an alias of a name that is listed. */
  readonly aliasOf: string | null
}

/** The time that counts. */
export interface DescribedWindow {
  /** What it filters; `null` if that column is hidden. */
  readonly column: string | null
  readonly type: 'date' | 'timestamp'
  /** Whether the run asked for it, the query says it, or neither. */
  readonly origin: 'requested' | 'timespan' | 'default'
  /** `LAST_6_MONTHS` */
  readonly range: string | null
  /** ISO 8601, UTC, always included. `null`: from the first row on. */
  readonly startAt: string | null
  /** ISO 8601, UTC. `null`: up to the last row. */
  readonly endAt: string | null
  readonly endInclusive: boolean
  /** What that comes to on a column of dates: `yyyy-MM-dd`, both included. `null` on a column of points in time. */
  readonly firstDay: string | null
  readonly lastDay: string | null
}

export interface DescribedOrder {
  readonly name: string
  readonly direction: 'asc' | 'desc'
  /** The query doesn't say it. */
  readonly byDefault: boolean
}
