import type { LoadRequest } from '../../../datasets/versions/load-engine.ts'
import { mistakesTold, quotedValue, type LoadMistake } from '../../../datasets/versions/load-mistake.ts'
import type { DecimalDigits } from '../../../datasets/versions/dataset-version.ts'
import { expectedOf, type Cell } from './cell.ts'
import type { LoadContext, SourceTable } from './source-table.ts'

export interface CheckedValues {
  readonly rows: number
  /** By place of the column: what its decimals need. */
  readonly digits: ReadonlyMap<number, DecimalDigits>
  readonly mistakes: readonly LoadMistake[]
  readonly total: number
}

/** Looks at every value of a file in one pass; only when some are wrong, at where they are. */
export async function checkValues(
  context: LoadContext,
  { columns, accountColumn }: LoadRequest,
  table: SourceTable,
): Promise<CheckedValues> {
  const checks: Check[] = table.cells.flatMap((cell, place) => {
    const column = columns[place]
    if (column === undefined) return []
    const expected = `is not ${expectedOf(column)}`
    const ofValue: Check[] =
      cell.wrong === null ? [] : [{ place, cell, condition: cell.wrong, code: 'wrong_value', expected }]
    if (column.name !== accountColumn) return ofValue
    const condition = `coalesce(trim(${cell.text}), '') = ''`
    return [...ofValue, { place, cell, condition, code: 'empty_account', expected: 'the row belongs to no account' }]
  })
  const decimals = table.cells.flatMap(({ digits }, place) => (digits === undefined ? [] : [{ place, ...digits }]))
  const [counts = []] = await context.run(
    `SELECT ${[
      'count(*)',
      ...checks.map(({ condition }) => `count(*) FILTER (${condition})`),
      ...decimals.flatMap(({ whole, fraction }) => [`max(${whole})`, `max(${fraction})`]),
    ].join(', ')} FROM ${table.from}`,
  )
  const [rows = 0, ...found] = counts.map(Number)
  const failed = checks.filter((_, index) => (found[index] ?? 0) > 0)
  const digits = found.slice(checks.length)
  return {
    rows,
    digits: new Map(
      decimals.map(({ place }, index) => [
        place,
        { whole: digits[2 * index] ?? 0, fraction: digits[2 * index + 1] ?? 0 },
      ]),
    ),
    mistakes: failed.length === 0 ? [] : await findMistakes(context, table, columns, failed),
    total: found.slice(0, checks.length).reduce((sum, count) => sum + count, 0),
  }
}

interface Check {
  readonly place: number
  readonly cell: Cell
  /** SQL that is true for a row with the mistake, and never NULL. */
  readonly condition: string
  readonly code: 'wrong_value' | 'empty_account'
  readonly expected: string
}

/** The first mistakes, in the order of rows and then of columns. */
async function findMistakes(
  { run }: LoadContext,
  table: SourceTable,
  columns: LoadRequest['columns'],
  checks: readonly Check[],
): Promise<readonly LoadMistake[]> {
  const found: { readonly row: number; readonly text: string; readonly check: Check }[] = []
  for (const check of checks) {
    const rows = await run(
      `SELECT source.file_row_number + 1 AS row, ${check.cell.text} FROM ${table.from} WHERE ${check.condition} ORDER BY row LIMIT ${mistakesTold}`,
    )
    for (const [row, text] of rows) found.push({ row: Number(row), text: String(text), check })
  }
  const first = found.sort((a, b) => a.row - b.row || a.check.place - b.check.place).slice(0, mistakesTold)
  const lines = await table.linesOf(new Set(first.map(({ row }) => row)))
  return first.map(({ row, text, check }) => {
    const line = lines.get(row)
    return {
      code: check.code,
      file: table.file.name,
      row,
      ...(line !== undefined && { line }),
      column: columns[check.place]?.name ?? '',
      problem: check.code === 'empty_account' ? check.expected : `${quotedValue(text)} ${check.expected}`,
    }
  })
}
