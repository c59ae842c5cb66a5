import type { SqlParameter } from '../compiled-query.ts'
import type { ComparisonOperator } from '../syntax/tree.ts'

/** A condition over fields of one kind, its literals converted to the types of the fields. */
export type Predicate<F> =
  | {
      readonly kind: 'comparison'
      readonly field: F
      readonly operator: ComparisonOperator
      readonly value: SqlParameter
    }
  /** Without values it matches nothing, and negated every row that has a value. */
  | { readonly kind: 'in'; readonly field: F; readonly negated: boolean; readonly values: readonly SqlParameter[] }
  /** `%` any run, `_` one character, `\` escapes. */
  | { readonly kind: 'like'; readonly field: F; readonly negated: boolean; readonly pattern: string }
  | {
      readonly kind: 'between'
      readonly field: F
      readonly negated: boolean
      readonly low: SqlParameter
      readonly high: SqlParameter
    }
  | { readonly kind: 'null'; readonly field: F; readonly negated: boolean }
  | { readonly kind: 'and' | 'or'; readonly terms: readonly Predicate<F>[] }
  | { readonly kind: 'not'; readonly term: Predicate<F> }
