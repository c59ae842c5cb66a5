import type { QueryWindow } from '../compiled-query.ts'
import type { Relation } from '../dataset.ts'
import type { Plan } from '../plan/plan.ts'
import { compileOrder } from './compile-order.ts'
import { compilePredicate } from './compile-predicate.ts'
import { compileWindow } from './compile-window.ts'
import { tables } from './scope.ts'
import type { Scope } from './scope.ts'

/** What a run adds to a plan, worked out. */
export interface RunBounds {
  readonly relation: Relation
  readonly accountId: string
  readonly window: QueryWindow | null
  readonly rowLimit: number | null
}

/**
 * The one statement that a plan is. Parameters are numbered in the order in which the clauses are made here. What the
 * inner SELECT passes on, and what FROM reads, is known when all else is made.
 *
 * With a LIMIT the first rows are chosen before any is written in file form (the top 100 of two million rows took three
 * seconds the other way round) and then ordered once more, because SQL keeps no order of an inner SELECT.
 */
export function compileSelect(plan: Plan, run: RunBounds, scope: Scope): string {
  const { dialect } = scope
  const where = [
    // First and bare, so that it is a conjunct of its own whatever the query says, and prunes row groups.
    ...compileAccount(plan.accountColumn, run.accountId, scope),
    ...compileDateWindow(plan, run.window, scope),
    ...plan.rowFilter.map((predicate) => `(${compilePredicate(predicate, scope)})`),
  ]
  const groupBy = plan.groupBy.map((field) => scope.value(field))
  const having = plan.groupFilter.map((predicate) => `(${compilePredicate(predicate, scope)})`)
  const limit = run.rowLimit === null ? [] : [scope.bind({ type: 'integer', value: BigInt(run.rowLimit) })]

  const select = plan.projection.map(({ header, field }) => `${scope.fileForm(field)} AS ${dialect.quoteName(header)}`)
  const orderBy = compileOrder(plan, run.relation, scope)
  const passed = scope.passed.map((sql, index) => `${sql} AS c${index + 1}`)
  const from = `${dialect.relation(run.relation, scope.columns)} AS ${tables.files}`

  const values = lines([
    clause('SELECT', ',', passed),
    clause('FROM', ',', [from]),
    clause('WHERE', ' AND', where),
    clause('GROUP BY', ',', groupBy),
    clause('HAVING', ' AND', having),
  ])
  const ordered = lines([clause('ORDER BY', ',', orderBy), clause('LIMIT', ',', limit)])
  const isTop = limit.length > 0 && orderBy.length > 0
  return lines([
    clause('SELECT', ',', select),
    nested(isTop ? lines(['SELECT *', nested(values), ordered]) : values),
    isTop ? clause('ORDER BY', ',', orderBy) : ordered,
  ])
}

/** Whose rows: exact equality with a bound value, directly on the scanned column. */
export function compileAccount(accountColumn: string | null, accountId: string, scope: Scope): readonly string[] {
  if (accountColumn === null) return []
  return [`${scope.column(accountColumn, 'string')} = ${scope.bind({ type: 'string', value: accountId })}`]
}

function compileDateWindow({ dateField }: Plan, window: QueryWindow | null, scope: Scope): readonly string[] {
  return dateField === null || window === null ? [] : compileWindow(dateField, window, scope)
}

/** A clause, one part a line; nothing if it has no parts. */
function clause(keyword: string, separator: string, parts: readonly string[]): string {
  if (parts.length < 2) return parts.map((part) => `${keyword} ${part}`).join('')
  return `${keyword}\n  ${parts.join(`${separator}\n  `)}`
}

function nested(select: string): string {
  return `FROM (\n${select}\n) AS ${tables.rows}`
}

function lines(clauses: readonly string[]): string {
  return clauses.filter((text) => text !== '').join('\n')
}
