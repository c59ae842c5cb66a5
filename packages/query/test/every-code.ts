import type { DiagnosticCode } from '../src/index.ts'

// Total, so that a new code can't be forgotten.
const codes: Record<DiagnosticCode, true> = {
  text_too_long: true,
  syntax: true,
  nested_too_deep: true,
  extension: true,
  unknown_dataset: true,
  unknown_column: true,
  too_many_names: true,
  too_many_values: true,
  operator_not_for_type: true,
  bad_literal: true,
  no_metric_selected: true,
  mixed_filter: true,
  order_not_selected: true,
  bad_limit: true,
  unknown_range: true,
  no_date_column: true,
  empty_range: true,
}

export const everyCode = Object.keys(codes) as readonly DiagnosticCode[]
