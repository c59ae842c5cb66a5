import type { ConditionNode, LiteralNode } from '../../src/syntax/tree.ts'
import { textOfExact } from './exact.ts'
import { dayOfLiteral, microsOfLiteral, numberOfLiteral } from './literal.ts'
import { compareTexts } from './order.ts'
import type { Meaning } from './meaning.ts'
import type { NaiveValue } from './row.ts'
import type { Rules } from './rules.ts'

/** `null`: unknown, as SQL has it. */
export type Truth = boolean | null

/** The value of a column in a row, or of a column or metric in a group. */
export type ValueOf<Source> = (meaning: Meaning, source: Source) => NaiveValue

/** How a condition is answered for one row or group. */
export function conditionOn<Source>(
  node: ConditionNode,
  meaningOf: (name: string) => Meaning,
  valueOf: ValueOf<Source>,
  rules: Rules,
): (source: Source) => Truth {
  const again = (term: ConditionNode): ((source: Source) => Truth) => conditionOn(term, meaningOf, valueOf, rules)
  switch (node.kind) {
    case 'parentheses':
      return again(node.term)
    case 'not': {
      const term = again(node.term)
      return (source) => negated(term(source))
    }
    case 'and': {
      const terms = node.terms.map(again)
      return (source) => allOf(terms.map((term) => term(source)))
    }
    case 'or': {
      const terms = node.terms.map(again)
      return (source) => negated(allOf(terms.map((term) => negated(term(source)))))
    }
    case 'null': {
      const meaning = meaningOf(node.name.name)
      return (source) => (valueOf(meaning, source) === null) !== node.negated
    }
    case 'comparison':
    case 'in':
    case 'like':
    case 'between': {
      const meaning = meaningOf(node.name.name)
      const { isUnequal, test } = testOf(node, meaning, rules)
      return (source) => {
        const value = valueOf(meaning, source)
        if (value === null) return isUnequal ? rules.unequalToNull : null
        return test(value) !== isUnequal
      }
    }
    default:
      return node satisfies never
  }
}

interface Test {
  /** Whether the condition is the opposite of the test. */
  readonly isUnequal: boolean
  readonly test: (value: NaiveValue) => boolean
}

function testOf(
  node: Extract<ConditionNode, { kind: 'comparison' | 'in' | 'like' | 'between' }>,
  meaning: Meaning,
  rules: Rules,
): Test {
  const against = (literal: LiteralNode): ((value: NaiveValue) => number) =>
    comparisonWith(literal.text, meaning, rules)
  switch (node.kind) {
    case 'comparison': {
      const compare = against(node.value)
      const { operator } = node
      if (operator === '=' || operator === '!=') {
        return { isUnequal: operator === '!=', test: (value) => compare(value) === 0 }
      }
      const isBelow = operator.startsWith('<')
      const isEqualEnough = operator.endsWith('=')
      return {
        isUnequal: false,
        test: (value) => {
          const order = compare(value)
          return order === 0 ? isEqualEnough : order < 0 === isBelow
        },
      }
    }
    case 'in': {
      const comparisons = node.values.map(against)
      return { isUnequal: node.negated, test: (value) => comparisons.some((compare) => compare(value) === 0) }
    }
    case 'between': {
      const [low, high] = [against(node.low), against(node.high)]
      return { isUnequal: node.negated, test: (value) => low(value) >= 0 && high(value) <= 0 }
    }
    case 'like': {
      const matches = patternOf(node.pattern.text, rules)
      return { isUnequal: node.negated, test: (value) => matches(String(value)) }
    }
    default:
      return node satisfies never
  }
}

/** Where a value stands against a literal: below 0, 0 or above 0. */
function comparisonWith(text: string, { type, forms }: Meaning, rules: Rules): (value: NaiveValue) => number {
  switch (type) {
    case 'string': {
      const folded = rules.fold(text)
      return (value) => compareTexts(rules.fold(String(value)), folded)
    }
    case 'integer':
    case 'decimal': {
      const { exact, floating } = numberOfLiteral(text)
      return (value) => {
        if (typeof value !== 'bigint') return Number(value) - floating
        return exact === null ? Number(textOfExact(value)) - floating : signOf(value - exact)
      }
    }
    case 'boolean': {
      const written = text.toLowerCase()
      const isKnown = forms.some((form) => form.toLowerCase() === written)
      const meant = isKnown || rules.unknownForm === 'nothing' ? written : forms[0].toLowerCase()
      return (value) => (forms[value === true ? 1 : 0].toLowerCase() === meant ? 0 : 1)
    }
    case 'date': {
      const day = dayOfLiteral(text)
      return (value) => compareTexts(String(value), day)
    }
    case 'timestamp': {
      const micros = microsOfLiteral(text)
      return (value) => (typeof value === 'bigint' ? signOf(value - micros) : Number.NaN)
    }
    default:
      return type satisfies never
  }
}

function signOf(value: bigint): number {
  return value < 0n ? -1 : value > 0n ? 1 : 0
}

/** `%` any run, `_` one character, `\` takes what follows as it is; at the very end it stands for itself. */
function patternOf(pattern: string, rules: Rules): (text: string) => boolean {
  const source = Array.from(pattern.matchAll(/\\(.)|\\$|%|_|./gsu), ([piece, escaped]) => {
    if (escaped !== undefined) return literally(rules.fold(escaped))
    if (piece === '%') return '.*'
    return piece === '_' ? '.' : literally(rules.fold(piece))
  }).join('')
  const matcher = new RegExp(`^${source}$`, rules.underscore === 'character' ? 'su' : 's')
  return (text) => matcher.test(rules.fold(text))
}

function literally(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`)
}

function negated(truth: Truth): Truth {
  return truth === null ? null : !truth
}

function allOf(truths: readonly Truth[]): Truth {
  if (truths.includes(false)) return false
  return truths.includes(null) ? null : true
}
