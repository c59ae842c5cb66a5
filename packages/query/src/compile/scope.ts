import type { SqlParameter } from '../compiled-query.ts'
import type { Spellings } from '../dataset.ts'
import type { ColumnField, Field } from '../plan/field.ts'
import { compileMetric, metricForm } from './compile-metric.ts'
import type { Dialect, SourceColumn } from './dialect.ts'
import { harmlessText } from './harmless-text.ts'
import { createParameters } from './parameters.ts'

/**
 * What one statement refers to while it is made. It is a SELECT over a SELECT: the inner one reads, filters and groups
 * `t`, the files, and passes values on; the outer one orders its rows, `r`, and writes them in file form.
 */
export interface Scope {
  readonly dialect: Dialect
  /** How the texts of the relation are spelt, where that is known. */
  readonly spellings: Spellings
  /** SQL for a source column as its files have it. Always with its table, or a name of the query would hide it. */
  column(name: string, type: SourceColumn['type']): string
  /** SQL for the value of a field, within the inner SELECT. */
  value(field: Field): string
  /** SQL for the file form of a field, within the outer SELECT. */
  fileForm(field: Field): string
  /** Lets the inner SELECT select `sql`, and gives its name in the outer one. */
  pass(sql: string): string
  /** Binds a value and gives SQL for its place. */
  bind(parameter: SqlParameter): string
  /** The source columns that are read. */
  readonly columns: readonly SourceColumn[]
  /** What the inner SELECT selects. */
  readonly passed: readonly string[]
  readonly parameters: readonly SqlParameter[]
}

/** The name of the files in the inner SELECT, and of the inner SELECT in the outer one. */
export const tables = { files: 't', rows: 'r' } as const

/** `neutralizeFormulas`: texts are written so that no spreadsheet runs them. */
export function createScope(dialect: Dialect, spellings: Spellings, neutralizeFormulas: boolean): Scope {
  const columns: SourceColumn[] = []
  const passed: string[] = []
  const parameters = createParameters()

  const column = (name: string, type: SourceColumn['type']): string => {
    if (!columns.some((known) => known.name === name)) columns.push({ name, type })
    return `${tables.files}.${dialect.quoteName(name)}`
  }
  const source = ({ name, type }: ColumnField): string => column(name, type)
  const value = (field: Field): string =>
    field.kind === 'column' ? dialect.columnValue(field, source(field)) : compileMetric(field, { dialect, source })
  const pass = (sql: string): string => {
    const known = passed.indexOf(sql)
    return `${tables.rows}.c${known === -1 ? passed.push(sql) : known + 1}`
  }
  const columnForm = (field: ColumnField): string => {
    const form = dialect.columnForm(field, pass(value(field)))
    return neutralizeFormulas && field.type === 'string' ? harmlessText(form) : form
  }
  const fileForm = (field: Field): string =>
    field.kind === 'column' ? columnForm(field) : metricForm(field, { dialect, source }, pass)

  return {
    dialect,
    spellings,
    column,
    value,
    fileForm,
    pass,
    bind: (parameter) => dialect.parameter(parameter, () => parameters.add(parameter)),
    columns,
    passed,
    parameters: parameters.list,
  }
}
