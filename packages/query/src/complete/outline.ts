import { clauseKeyword, isReserved } from '../syntax/token.ts'
import type { Token } from '../syntax/token.ts'

/** What the tokens of a text name in which clause, right or wrong as the text may be. */
export interface Outline {
  readonly isDistinct: boolean
  readonly selectsAll: boolean
  readonly selected: readonly string[]
  /** The name after the first FROM. */
  readonly datasetName: string | undefined
  readonly ordered: readonly string[]
}

/** Reads the clauses of a text off its keywords. */
export function outlineOf(tokens: readonly Token[]): Outline {
  const clauses = clausesOf(tokens)
  const named = (clause: string): readonly Token[] => (clauses.get(clause) ?? []).filter(isName)
  const select = clauses.get('SELECT') ?? []
  const isDistinct = isDistinctWord(select)
  return {
    isDistinct,
    selectsAll: select.some(({ kind, value }) => kind === 'symbol' && value === '*'),
    selected: valuesOf(named('SELECT').slice(isDistinct ? 1 : 0)),
    datasetName: named('FROM')[0]?.value,
    ordered: valuesOf(named('ORDER').filter(({ value }) => !['BY', 'ASC', 'DESC'].includes(value.toUpperCase()))),
  }
}

/** The tokens of each clause without the keyword that begins it; of two with the same keyword, the first. */
function clausesOf(tokens: readonly Token[]): ReadonlyMap<string, readonly Token[]> {
  const clauses = new Map<string, Token[]>()
  let current: Token[] = []
  for (const token of tokens) {
    const keyword = clauseKeyword(token)
    if (keyword !== undefined) {
      current = []
      if (!clauses.has(keyword)) clauses.set(keyword, current)
    } else {
      current.push(token)
    }
  }
  return clauses
}

function isDistinctWord([first, second]: readonly Token[]): boolean {
  return first?.kind === 'word' && first.value.toUpperCase() === 'DISTINCT' && second?.value !== ','
}

function isName({ kind, value }: Token): boolean {
  return kind === 'word' && !isReserved(value)
}

function valuesOf(tokens: readonly Token[]): readonly string[] {
  return tokens.map(({ value }) => value)
}
