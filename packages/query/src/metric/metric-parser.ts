import type { AggregateFunction } from '../dataset.ts'
import type {
  Aggregate,
  Arithmetic,
  ArithmeticOperator,
  MetricExpressionOver,
  NamedColumn,
} from './metric-expression.ts'
import { MetricFailure } from './metric-failure.ts'
import type { MetricToken } from './metric-tokens.ts'

/** Every function that a metric can have, as it is written. */
export const aggregateFunctions: readonly AggregateFunction[] = ['sum', 'count', 'countDistinct', 'min', 'max', 'avg']

/** A column as a text names it, and where. */
export interface WrittenColumn extends NamedColumn {
  readonly offset: number
}

const deepest = 32
// As many as a double is sure of, so that a number is the same to every engine.
const mostDigits = 15
const end: MetricToken = { kind: 'end', text: '', offset: 0 }

/**
 * Recursive descent over the tokens of one metric: a method for each production, which stands above it. Function names
 * match in any case. Raises `MetricFailure`.
 */
export class MetricParser {
  readonly #tokens: readonly MetricToken[]
  #index = 0
  #depth = 0

  /** @param tokens As `metricTokens` makes them, `end` last. */
  constructor(tokens: readonly MetricToken[]) {
    this.#tokens = tokens
  }

  /** Metric : Sum<Aggregate> */
  parseMetric(): MetricExpressionOver<WrittenColumn> {
    const expression = this.#parseSum(() => this.#parseAggregate())
    if (this.#token.kind !== 'end') this.#fail('+, -, *, / or the end')
    return expression
  }

  /** Sum<Leaf> : Product<Leaf> ( ( + | - ) Product<Leaf> )* */
  #parseSum<Leaf>(parseLeaf: () => Leaf): Arithmetic<Leaf> {
    return this.#parseChain(['+', '-'], () => this.#parseProduct(parseLeaf))
  }

  /** Product<Leaf> : Factor<Leaf> ( ( * | / ) Factor<Leaf> )* */
  #parseProduct<Leaf>(parseLeaf: () => Leaf): Arithmetic<Leaf> {
    return this.#parseChain(['*', '/'], () => this.#parseFactor(parseLeaf))
  }

  #parseChain<Leaf>(operators: readonly ArithmeticOperator[], parsePart: () => Arithmetic<Leaf>): Arithmetic<Leaf> {
    let left = parsePart()
    for (;;) {
      const operator = operators.find((sign) => this.#takeSymbol(sign))
      if (operator === undefined) return left
      left = { kind: 'arithmetic', operator, left, right: parsePart() }
    }
  }

  /** Factor<Leaf> : - Factor<Leaf> | Number | ( Sum<Leaf> ) | Leaf */
  #parseFactor<Leaf>(parseLeaf: () => Leaf): Arithmetic<Leaf> {
    const { kind, text, offset } = this.#token
    if (kind === 'number') {
      const digits = text.replace('.', '').length
      if (digits > mostDigits) {
        throw new MetricFailure(`${text} has ${digits} digits, and at most ${mostDigits} are allowed`, offset)
      }
      this.#index += 1
      return { kind: 'number', text }
    }
    const isMinus = this.#takeSymbol('-')
    if (!isMinus && !this.#takeSymbol('(')) return parseLeaf()

    this.#depth += 1
    if (this.#depth > deepest) throw new MetricFailure(`it is nested more than ${deepest} deep: take it apart`, offset)
    const inner = isMinus ? this.#parseFactor(parseLeaf) : this.#parseSum(parseLeaf)
    if (!isMinus) this.#expectSymbol(')')
    this.#depth -= 1
    return isMinus ? { kind: 'negate', operand: inner } : inner
  }

  /** Aggregate : Function ( Sum<Column> ) | count ( * ) | count ( DISTINCT Sum<Column> ) */
  #parseAggregate(): Aggregate<WrittenColumn> {
    const { kind, text, offset } = this.#token
    const known = aggregateFunctions.find((name) => name.toLowerCase() === text.toLowerCase())
    if (kind !== 'name' || known === undefined) {
      this.#fail(`a function: ${aggregateFunctions.join(', ')} with a column, like sum(Hours)`)
    }
    this.#index += 1
    this.#expectSymbol('(')
    if (known === 'count' && this.#takeSymbol('*')) {
      this.#expectSymbol(')')
      return { kind: 'aggregate', function: 'count', argument: null }
    }
    const isDistinct = known === 'count' && this.#takeDistinct()
    const argument = this.#parseSum(() => this.#parseColumn())
    this.#expectSymbol(')')
    if (argument.kind === 'number') throw new MetricFailure(`${text} needs a column, not a number`, offset)
    return { kind: 'aggregate', function: isDistinct ? 'countDistinct' : known, argument }
  }

  /** A column may be called Distinct, and then it ends the argument or an operator follows. */
  #takeDistinct(): boolean {
    const next = this.#tokens[this.#index + 1]
    const isWord = this.#token.text.toLowerCase() === 'distinct' && next !== undefined
    if (!isWord || (next.kind === 'symbol' && next.text !== '(')) return false
    this.#index += 1
    return true
  }

  /** Column : Name | Name(Name), without blanks, for those that are called so, like Revenue(USD) */
  #parseColumn(): WrittenColumn {
    const { kind, text, offset } = this.#token
    if (kind !== 'name') this.#fail('the name of a column')
    this.#index += 1
    const [open = end, inner = end, close = end] = this.#tokens.slice(this.#index, this.#index + 3)
    const isTight = open.offset === offset + text.length && inner.offset === open.offset + 1
    if (!(open.text === '(' && isTight && inner.kind === 'name' && close.text === ')')) {
      return { kind: 'column', name: text, offset }
    }
    const nested = aggregateFunctions.find((name) => name.toLowerCase() === text.toLowerCase())
    if (nested !== undefined) throw new MetricFailure(`functions can't stand inside each other: ${text}(…)`, offset)
    this.#index += 3
    return { kind: 'column', name: `${text}(${inner.text})`, offset }
  }

  get #token(): MetricToken {
    return this.#tokens[this.#index] ?? end
  }

  #takeSymbol(symbol: string): boolean {
    if (this.#token.kind !== 'symbol' || this.#token.text !== symbol) return false
    this.#index += 1
    return true
  }

  #expectSymbol(symbol: string): void {
    if (!this.#takeSymbol(symbol)) this.#fail(symbol)
  }

  #fail(expected: string): never {
    const { text, offset } = this.#token
    throw new MetricFailure(`expected ${expected}, but found ${text === '' ? 'the end' : text}`, offset)
  }
}
