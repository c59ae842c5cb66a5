import type { DateRange } from './date-range.ts'
import type { ColumnField, Field, MetricField } from './field.ts'
import type { Predicate } from './predicate.ts'

/** One column of the result. */
export interface ProjectedField {
  /** The header: the name as the dataset declares it, or the alias under which the query asked for it. */
  readonly header: string
  readonly field: Field
}

export interface OrderKey {
  readonly field: Field
  readonly direction: 'asc' | 'desc'
}

/** The date bounds of a query, before a run's reference time makes a window of them. */
export type Timespan =
  | { readonly kind: 'range'; readonly range: DateRange; readonly counting: 'rolling' | 'calendar' }
  /** Epoch milliseconds UTC. */
  | {
      readonly kind: 'between'
      readonly startAt: number
      readonly endAt: number
      readonly endInclusive: boolean
    }

/**
 * What a checked query means, free of its text: every name is looked up, every literal converted. It is data, frozen,
 * and the same for all runs: whose rows, which files and which time come with the run.
 */
export interface Plan {
  readonly dataset: string
  /** Filters every run to one account; `null` for data that belongs to everyone. */
  readonly accountColumn: string | null
  /** What the window filters; `null` for a dataset without dates. */
  readonly dateField: ColumnField | null
  readonly projection: readonly ProjectedField[]
  /** Raw rows, or one row for each distinct combination of `groupBy`. */
  readonly shape: 'rows' | 'groups'
  /** The selected columns, each once. Empty in the shape `groups`: one group of all rows. */
  readonly groupBy: readonly ColumnField[]
  /** All must hold for a row to count. */
  readonly rowFilter: readonly Predicate<ColumnField>[]
  /** All must hold for a group to appear. */
  readonly groupFilter: readonly Predicate<MetricField>[]
  readonly orderBy: readonly OrderKey[]
  readonly limit: number | null
  readonly timespan: Timespan | null
}
