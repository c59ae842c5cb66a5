import type { QueryWindow } from '../compiled-query.ts'
import type { ColumnField } from '../plan/field.ts'
import { windowDays } from '../plan/window.ts'
import type { Scope } from './scope.ts'

/** The conditions that keep the rows of a window. A date counts as its midnight. */
export function compileWindow(field: ColumnField, window: QueryWindow, scope: Scope): readonly string[] {
  return field.type === 'timestamp' ? timestampBounds(field, window, scope) : dateBounds(field, window, scope)
}

function dateBounds(field: ColumnField, window: QueryWindow, scope: Scope): readonly string[] {
  const { first, last } = windowDays(window)
  const day = (operator: string, value: string | null): readonly string[] =>
    value === null ? [] : [`${scope.value(field)} ${operator} ${scope.bind({ type: 'date', value })}`]
  return [...day('>=', first), ...day('<=', last)]
}

function timestampBounds(field: ColumnField, window: QueryWindow, scope: Scope): readonly string[] {
  const { startAt, endAt, endInclusive } = window
  const bound = (operator: string, at: number | undefined): readonly string[] => {
    if (at === undefined) return []
    const place = scope.bind({ type: 'timestamp', value: BigInt(Math.trunc(at)) * 1000n })
    return [`${scope.value(field)} ${operator} ${place}`]
  }
  return [...bound('>=', startAt), ...bound(endInclusive ? '<=' : '<', endAt)]
}
