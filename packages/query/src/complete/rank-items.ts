import type { Candidate, CompletionItem } from './completion.ts'

/**
 * The items that go on with what is `written`: those that begin with it, then those with a word inside that does
 * (`nam` finds `OfferName`), each in the order they come in; last, those that stand in the same list already.
 */
export function rankItems(candidates: readonly Candidate[], written: string): readonly CompletionItem[] {
  const wanted = written.toLowerCase()
  return candidates
    .map((candidate) => ({ candidate, rank: rankOf(candidate, wanted) }))
    .filter(({ rank }) => rank !== undefined)
    .toSorted((a, b) => (a.rank ?? 0) - (b.rank ?? 0))
    .map(({ candidate }) => itemOf(candidate))
}

function itemOf(candidate: Candidate): CompletionItem {
  const { isUsed: _, ...item } = candidate
  return item
}

function rankOf({ label, isUsed = false }: Candidate, wanted: string): number | undefined {
  const used = isUsed ? 2 : 0
  if (label.toLowerCase().startsWith(wanted)) return used
  return hasWord(label, wanted) ? used + 1 : undefined
}

function hasWord(label: string, wanted: string): boolean {
  const lower = label.toLowerCase()
  for (let at = lower.indexOf(wanted, 1); at !== -1; at = lower.indexOf(wanted, at + 1)) {
    if (beginsWord(label, at)) return true
  }
  return false
}

/** `Offer|Name`, `Is|Preview|SKU`, `LAST_|6_|MONTHS`, `Revenue(|USD)`. */
function beginsWord(label: string, at: number): boolean {
  const two = label.slice(at - 1, at + 1)
  if (/^[^\p{L}\p{N}]|^\p{Ll}\p{Lu}|^\p{L}\p{N}|^\p{N}\p{L}/u.test(two)) return true
  return /^\p{Lu}\p{Lu}\p{Ll}/u.test(label.slice(at - 1, at + 2))
}
