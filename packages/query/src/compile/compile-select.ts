import type { QueryWindow } from '../compiled-query.ts'
import type { Relation } from '../dataset.ts'
import type { Plan } from '../plan/plan.ts'
import { compileOrder, compileOrderOfPart } from './compile-order.ts'
import { compilePredicate } from './compile-predicate.ts'
import { compileWindow } from './compile-window.ts'
import { tables } from './scope.ts'
import type { Scope } from './scope.ts'

/** What a run adds to a plan, worked out. */
export interface RunBounds {
  readonly relation: Relation
  /** Whose rows: of one account, or of each of several. */
  readonly accountIds: readonly string[]
  readonly window: QueryWindow | null
}

/** The two SELECTs that a plan is, one over the other. */
export interface Selects {
  /** Reads, filters and groups the source, and passes values on under the names c1, c2, … */
  readonly values: string
  /** Orders the rows that stand in `from`, and writes them in file form. */
  readonly resultOf: (from: string) => string
}

/**
 * Parameters are numbered in the order in which the clauses are made here, those of a LIMIT by `bindLimit`. What the inner
 * SELECT passes on, and what FROM reads, is known when all else is made.
 *
 * With a LIMIT the first rows are chosen before any is written in file form (the top 100 of two million rows took three
 * seconds the other way round) and then ordered once more, because SQL keeps no order of an inner SELECT.
 */
export function compileSelects(plan: Plan, run: RunBounds, scope: Scope, bindLimit: () => readonly string[]): Selects {
  const { dialect } = scope
  const where = [
    // First and bare, so that it is a conjunct of its own whatever the query says, and prunes row groups.
    ...compileAccount(plan.accountColumn, run.accountIds, scope),
    ...compileDateWindow(plan, run.window, scope),
    ...plan.rowFilter.map((predicate) => `(${compilePredicate(predicate, scope)})`),
  ]
  const groupBy = plan.groupBy.map((field) => scope.value(field))
  const having = plan.groupFilter.map((predicate) => `(${compilePredicate(predicate, scope)})`)
  const limit = bindLimit()

  const select = plan.projection.map(({ header, field }) => `${scope.fileForm(field)} AS ${dialect.quoteName(header)}`)
  const isOfMany = run.accountIds.length > 1
  const orderBy = isOfMany ? compileOrderOfPart(plan, run.relation, scope) : compileOrder(plan, run.relation, scope)
  // After everything else has passed on what it needs.
  const owner = isOfMany ? ownerOf(plan, scope) : []
  const passed = scope.passed.map((sql, index) => `${sql} AS c${index + 1}`)
  const from = `${dialect.relation(run.relation, scope.columns)} AS ${tables.files}`

  const values = lines([
    clause('SELECT', ',', [...owner.map((sql) => `${sql} AS ${ownerName}`), ...passed]),
    clause('FROM', ',', [from]),
    clause('WHERE', ' AND', where),
    clause('GROUP BY', ',', plan.shape === 'groups' ? [...owner, ...groupBy] : groupBy),
    clause('HAVING', ' AND', having),
  ])
  const ordered = lines([clause('ORDER BY', ',', orderBy), clause('LIMIT', ',', limit)])
  const isTop = limit.length > 0 && orderBy.length > 0
  return {
    values,
    resultOf: (rows) =>
      lines([
        clause('SELECT', ',', select),
        isTop
          ? nested(lines(['SELECT *', `FROM ${rows} AS ${tables.rows}`, ordered]))
          : `FROM ${rows} AS ${tables.rows}`,
        isTop ? clause('ORDER BY', ',', orderBy) : ordered,
      ]),
  }
}

/** A SELECT as something that FROM can read. */
export function inParentheses(select: string): string {
  return `(\n${select}\n)`
}

/** Whose a row is, where rows of several accounts are read at once. Too odd for a column of anyone's. */
export const ownerName = 'owner'

function ownerOf({ accountColumn }: Plan, scope: Scope): readonly string[] {
  return accountColumn === null ? [] : [scope.dialect.owner(scope.column(accountColumn, 'string'))]
}

/** Whose rows: exact equality with a bound value, on the scanned column. */
export function compileAccount(
  accountColumn: string | null,
  accountIds: readonly string[],
  scope: Scope,
): readonly string[] {
  if (accountColumn === null) return []
  const column = scope.column(accountColumn, 'string')
  const [first = '', ...others] = accountIds.map((value) => scope.bind({ type: 'string', value }))
  const { dialect } = scope
  return [others.length === 0 ? dialect.isOfAccount(column, first) : dialect.isOfAccounts(column, [first, ...others])]
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
  return `FROM ${inParentheses(select)} AS ${tables.rows}`
}

function lines(clauses: readonly string[]): string {
  return clauses.filter((text) => text !== '').join('\n')
}
