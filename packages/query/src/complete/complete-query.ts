import type { QuerySchema } from '../check-query.ts'
import { expectedAfter } from '../syntax/expected-after.ts'
import type { Expectation } from '../syntax/expectation.ts'
import type { Candidate, Completion, CompletionItem } from './completion.ts'
import { operatorItems, valueItems } from './condition-items.ts'
import { cursorPlace } from './cursor-place.ts'
import type { CursorPlace } from './cursor-place.ts'
import { keywordItem } from './keyword-items.ts'
import { columnItems, datasetItems, rangeItems, rangesOf } from './name-items.ts'
import { outlineOf } from './outline.ts'
import { rankItems } from './rank-items.ts'
import { surroundingsOf } from './surroundings.ts'
import type { NamedDataset, Surroundings } from './surroundings.ts'

/**
 * What may stand at `cursor` (an offset in UTF-16 units; one outside of the text is taken to its nearest end): text →
 * the place of the cursor → what the grammar expects there → names, operators and values that fit. The text may be
 * unfinished or wrong before and after the cursor. Aliases and hidden columns are never offered. Never throws.
 */
export function completeQuery(text: string, cursor: number, { datasets, profile }: QuerySchema): Completion {
  const place = cursorPlace(text, within(text, cursor))
  const surroundings = surroundingsOf(outlineOf([...place.before, ...place.after]), datasets, profile)
  const expected = expectedAfter(place.before).filter(
    (each) => profile === 'open' || !('grammar' in each) || each.grammar === 'documented',
  )
  const candidates = [
    ...expected.flatMap((each) => namesAndValues(each, surroundings)),
    ...operatorItems(expected, place.before, surroundings),
    ...expected.flatMap((each) => keywords(each, surroundings)),
  ]
  const fitting = place.isQuoted ? candidates.filter(({ kind }) => kind === 'value') : candidates
  const items = rankItems(fitting, place.written)
  return { replace: place.piece, items: items.map((item) => fittedTo(text, place, item)) }
}

function within(text: string, cursor: number): number {
  return Number.isNaN(cursor) ? text.length : Math.min(Math.max(0, Math.trunc(cursor)), text.length)
}

function namesAndValues(expected: Expectation, surroundings: Surroundings): readonly Candidate[] {
  if (expected.kind === 'value') return expected.subject === null ? [] : valueItems(expected.subject, surroundings)
  // Any number, any date: nothing to choose from.
  if (expected.kind !== 'name') return []
  switch (expected.role) {
    case 'selected':
    case 'filtered':
    case 'ordered':
      return columnItems(expected.role, surroundings)
    case 'dataset':
      return datasetItems(surroundings)
    case 'range':
      return rangeItems(surroundings)
    default:
      return expected.role satisfies never
  }
}

/** Commas and brackets are sooner typed than chosen. */
function keywords(expected: Expectation, surroundings: Surroundings): readonly Candidate[] {
  if (expected.kind === 'symbol') return expected.symbol === '*' ? [keywordItem('*')] : []
  if (expected.kind !== 'word' || !hasUse(expected.word, surroundings)) return []
  // Within a condition every other word is part of an operator.
  const isOperator = expected.subject !== null && expected.word !== 'AND'
  return isOperator ? [] : [keywordItem(expected.word)]
}

/** TIMESPAN and its BETWEEN, on a dataset without dates, only lead to an error. */
function hasUse(word: string, { possible }: Surroundings): boolean {
  if (word === 'TIMESPAN') return possible.some((named) => isDated(named) || rangesOf(named).length > 0)
  return word !== 'BETWEEN' || possible.some(isDated)
}

function isDated({ dataset }: NamedDataset): boolean {
  return dataset.dateColumn !== undefined
}

const nameCharacter = /^[\p{L}\p{M}\p{N}_]$/u

/** Apart from a word that follows at once, and without a bracket that stands there already. */
function fittedTo(text: string, { piece, after }: CursorPlace, item: CompletionItem): CompletionItem {
  const next = String.fromCodePoint(text.codePointAt(piece.end) ?? 0x20)
  const hasBracket = item.insertText.endsWith(' (') && after[0]?.value === '('
  const insertText = hasBracket ? item.insertText.slice(0, -2) : item.insertText
  return { ...item, insertText: nameCharacter.test(next) ? `${insertText} ` : insertText }
}
