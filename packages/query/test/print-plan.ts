import type { SqlParameter } from '../src/index.ts'
import { foldArithmetic } from '../src/metric/metric-expression.ts'
import type { Aggregate } from '../src/metric/metric-expression.ts'
import type { ColumnField, Field, MetricField } from '../src/plan/field.ts'
import type { Plan, ProjectedField, Timespan } from '../src/plan/plan.ts'
import type { Predicate } from '../src/plan/predicate.ts'
import { indented } from './print-tree.ts'

/** A plan as indented lines: what a query means, apart from whose rows it reads and when. */
export function printPlan(plan: Plan): string {
  const { accountColumn, dateField, shape, groupBy, projection, rowFilter, groupFilter, orderBy, limit, timespan } =
    plan
  return [
    `read ${plan.dataset}${accountColumn === null ? '' : `, own rows by ${accountColumn}`}`,
    `time ${dateField === null ? 'none' : `${timespan === null ? 'all' : printTimespan(timespan)} of ${dateField.name} (${dateField.type})`}`,
    ...section('keep rows', rowFilter.flatMap(printPredicate)),
    shape === 'rows'
      ? 'each row'
      : `group by ${groupBy.length === 0 ? 'nothing' : groupBy.map(({ name }) => name).join(', ')}`,
    ...section('keep groups', groupFilter.flatMap(printPredicate)),
    ...section('write', projection.map(printProjected)),
    ...section(
      'order by',
      orderBy.map(({ field, direction }) => `${field.name} ${direction}`),
    ),
    ...(limit === null ? [] : [`limit ${limit}`]),
  ].join('\n')
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [title, ...lines.map(indented)]
}

function printProjected({ header, field }: ProjectedField): string {
  return header === field.name ? printField(field) : `${printField(field)} as ${header}`
}

function printField(field: Field): string {
  if (field.kind === 'metric') return `${field.name} (${field.type}, ${printMetric(field)})`
  const forms = field.type === 'boolean' ? ` ${field.booleanForms.join('/')}` : ''
  return `${field.name} (${field.type}${forms})`
}

function printMetric({ expression }: MetricField): string {
  const printAggregate = ({ function: name, argument }: Aggregate<ColumnField>): string =>
    `${name}(${argument === null ? '*' : foldArithmetic(argument, { ...arithmetic, leaf: ({ name }) => name })})`
  return foldArithmetic(expression, { ...arithmetic, leaf: printAggregate })
}

const arithmetic = {
  number: (text: string): string => text,
  negate: (operand: string): string => `-${operand}`,
  arithmetic: (operator: string, left: string, right: string): string => `(${left} ${operator} ${right})`,
}

function printPredicate(predicate: Predicate<Field>): readonly string[] {
  switch (predicate.kind) {
    case 'and':
    case 'or':
      return [predicate.kind, ...predicate.terms.flatMap(printPredicate).map(indented)]
    case 'not':
      return ['not', ...printPredicate(predicate.term).map(indented)]
    case 'null':
      return [`${predicate.field.name} is ${not(predicate)}null`]
    case 'comparison':
      return [`${predicate.field.name} ${predicate.operator} ${printParameter(predicate.value)}`]
    case 'in':
      return [`${predicate.field.name} ${not(predicate)}in`, ...predicate.values.map(printParameter).map(indented)]
    case 'like':
      return [`${predicate.field.name} ${not(predicate)}like ${predicate.pattern}`]
    case 'between':
      return [
        `${predicate.field.name} ${not(predicate)}between ${printParameter(predicate.low)} and ${printParameter(predicate.high)}`,
      ]
    default:
      return predicate satisfies never
  }
}

export function printParameter({ type, value }: SqlParameter): string {
  return `${type} ${value}`
}

function printTimespan(timespan: Timespan): string {
  if (timespan.kind === 'between') {
    const [from, to] = [timespan.startAt, timespan.endAt].map((at) => new Date(at).toISOString())
    return `${from} to ${to} ${timespan.endInclusive ? 'inclusive' : 'exclusive'}`
  }
  const { range, counting } = timespan
  return `${'count' in range ? `${range.count} ${range.kind}` : range.kind} ${counting}`
}

function not({ negated }: { readonly negated: boolean }): string {
  return negated ? 'not ' : ''
}
