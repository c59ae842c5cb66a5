import type { AggregateFunction, Dataset, Metric } from '../dataset.ts'
import { foldArithmetic, leavesOf } from '../metric/metric-expression.ts'
import type { Aggregate, Arithmetic, ArithmeticOperator, NamedColumn } from '../metric/metric-expression.ts'

/**
 * How a metric is worked out, in words: `the sum of Price divided by the number of rows`. `null` if anything in it is
 * hidden: then its description is all there is to say.
 */
export function metricWords({ expression }: Metric, { columns }: Dataset): string | null {
  const used = leavesOf(expression).flatMap(({ argument }) => (argument === null ? [] : leavesOf(argument)))
  const listed = new Set(columns.flatMap(({ name, hidden }) => (hidden === true ? [] : [name])))
  return used.every(({ name }) => listed.has(name)) ? arithmeticWords(expression, aggregateWords) : null
}

const functionWords: Record<AggregateFunction, (argument: string) => string> = {
  sum: (argument) => `the sum of ${argument}`,
  count: (argument) => `the number of rows with a value for ${argument}`,
  countDistinct: (argument) => `the number of different values of ${argument}`,
  min: (argument) => `the smallest ${argument}`,
  max: (argument) => `the largest ${argument}`,
  avg: (argument) => `the average of ${argument}`,
}

function aggregateWords({ function: name, argument }: Aggregate<NamedColumn>): string {
  if (argument === null) return 'the number of rows'
  const isAlone = argument.kind === 'column'
  const words = arithmeticWords<NamedColumn>(argument, (column) => column.name)
  return functionWords[name](isAlone ? words : `(${words})`)
}

const operatorWords: Record<ArithmeticOperator, string> = { '+': 'plus', '-': 'minus', '*': 'times', '/': 'divided by' }

interface Piece {
  readonly words: string
  readonly isOperation: boolean
}

function arithmeticWords<Leaf extends Aggregate<NamedColumn> | NamedColumn>(
  expression: Arithmetic<Leaf>,
  leafWords: (leaf: Leaf) => string,
): string {
  const single = (words: string): Piece => ({ words, isOperation: false })
  const inside = ({ words, isOperation }: Piece): string => (isOperation ? `(${words})` : words)
  return foldArithmetic<Leaf, Piece>(expression, {
    leaf: (leaf) => single(leafWords(leaf)),
    number: single,
    negate: (operand) => single(`minus ${inside(operand)}`),
    arithmetic: (operator, left, right) => ({
      words: `${inside(left)} ${operatorWords[operator]} ${inside(right)}`,
      isOperation: true,
    }),
  }).words
}
