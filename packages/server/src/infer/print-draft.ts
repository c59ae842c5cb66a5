import type { DeclaredMetric } from '../datasets/loading/declared.ts'
import type { DatasetDraft, DraftColumn, DraftSource } from './draft.ts'
import { leftOutWords } from './left-out-words.ts'

/**
 * The YAML of a draft, with a comment at each guess. `schema` is what the first line names for editors: a path from the
 * file, or an address.
 */
export function printDraft(draft: DatasetDraft, schema: string): string {
  const { source, account, date, ranges } = draft
  const lines = [
    `# yaml-language-server: $schema=${schema}`,
    '#',
    ...comment(
      ['A first draft by `almanac catalog infer`.', ...draft.basis, 'Each guess says why it was made.'].join(' '),
    ),
    ...comment('Go through it, then run `almanac catalog check --data`, and delete the comments that have served.'),
    `name: ${draft.name}`,
    `title: ${scalar(draft.title)}`,
    `description: ${scalar(draft.description)}`,
    'source:',
    ...comment(source.remark ?? '', '  '),
    ...sourceLines(source),
    '',
    ...comment('How often a report may run: about as often as the files change.'),
    `minimumRecurrenceIntervalHours: ${draft.minimumRecurrenceIntervalHours}`,
    '',
    ...comment(account.why),
    ...(account.column === null ? [] : [`accountColumn: ${scalar(account.column)}`]),
    '',
    ...comment(date.why),
    ...(date.column === null ? [] : [`dateColumn: ${scalar(date.column)}`]),
    ...(ranges === null ? [] : comment(ranges.why)),
    ...(ranges === null ? [] : [`dateRanges: [${ranges.offered.join(', ')}]`, `defaultDateRange: ${ranges.byDefault}`]),
    '',
    ...comment('The descriptions come from the names: say what the names leave open.'),
    'columns:',
    ...draft.columns.flatMap(columnLines),
    ...leftOutLines(draft),
    ...metricLines(draft.metrics),
  ]
  return `${lines.join('\n')}\n`
}

function sourceLines(source: DraftSource): readonly string[] {
  if (source.format === 'trino') {
    const { catalog, schema, table } = source
    return [
      '  format: trino',
      `  catalog: ${scalar(catalog)}`,
      `  schema: ${scalar(schema)}`,
      `  table: ${scalar(table)}`,
    ]
  }
  if (source.format !== 'duckdb') return [`  format: ${source.format}`, `  pattern: ${scalar(source.pattern)}`]
  const { database, schema, table } = source
  return [
    '  format: duckdb',
    `  database: ${scalar(database)}`,
    ...(schema === 'main' ? [] : [`  schema: ${scalar(schema)}`]),
    `  table: ${scalar(table)}`,
  ]
}

function columnLines({ remark, ...column }: DraftColumn): readonly string[] {
  const { name, type, description, values, booleanForms, hidden } = column
  return [
    ...comment(remark ?? '', '  '),
    `  - name: ${scalar(name)}`,
    `    type: ${type}`,
    ...(description === undefined ? [] : [`    description: ${scalar(description)}`]),
    ...(values === undefined ? [] : list('values', values)),
    ...(booleanForms === undefined ? [] : [`    booleanForms: [${booleanForms.map(quoted).join(', ')}]`]),
    ...(hidden === true ? ['    hidden: true'] : []),
  ]
}

function metricLines(metrics: readonly DeclaredMetric[]): readonly string[] {
  if (metrics.length === 0) return []
  return [
    '',
    ...comment('What queries can add up over the rows of a group. Keep those that mean something, and add your own.'),
    'metrics:',
    ...metrics.flatMap(({ name, aggregate, description }) => [
      `  - name: ${scalar(name)}`,
      `    aggregate: ${scalar(aggregate)}`,
      ...(description === undefined ? [] : [`    description: ${scalar(description)}`]),
    ]),
  ]
}

function leftOutLines({ leftOut, source }: DatasetDraft): readonly string[] {
  if (leftOut.length === 0) return []
  return ['', ...leftOutWords(leftOut, source).map((line) => `  # ${printable(line)}`)]
}

const width = 118

/** Lines of a comment. The text may hold names out of files: nothing in it can end the line and begin YAML. */
function comment(text: string, indent = ''): readonly string[] {
  const lines: string[] = []
  for (const word of printable(text).split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && indent.length + 2 + last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`
    else if (word !== '') lines.push(word)
  }
  return lines.map((line) => `${indent}# ${line}`)
}

function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '·')
}

function list(key: string, values: readonly string[]): readonly string[] {
  const inline = `    ${key}: [${values.map(listItem).join(', ')}]`
  if (inline.length <= width) return [inline]
  return [`    ${key}:`, ...values.map((value) => `      - ${scalar(value)}`)]
}

function listItem(value: string): string {
  return /[,[\]{}]/.test(value) ? quoted(value) : scalar(value)
}

// Begins like a word, ends like one, and has nothing that YAML reads as something else.
const plain = /^[\p{L}_]([\p{L}\p{M}\p{N}_ .()/+;'%&*,-]*[\p{L}\p{M}\p{N}_).*])?$/u
// What YAML 1.1 and 1.2 readers take for something else.
const words = /^(true|false|yes|no|on|off|y|n|null)$/i

/** A text as a YAML scalar, plain where that is safe. */
function scalar(text: string): string {
  return plain.test(text) && !words.test(text) ? text : quoted(text)
}

function quoted(text: string): string {
  // JSON's escapes are YAML's, where there is something that single quotes can't hold.
  return printable(text) === text ? `'${text.replaceAll("'", "''")}'` : JSON.stringify(text)
}
