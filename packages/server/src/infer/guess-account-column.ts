import type { Guess } from './draft.ts'
import { nameWords } from './name-words.ts'
import type { Observation, ObservedColumn } from './observe-column.ts'

// Whose data they are, the surest words first. The later ones often name somebody whom the account does business with.
const ownerWords = ['account', 'publisher', 'partner', 'tenant', 'seller', 'vendor', 'merchant', 'supplier', 'owner']
const maybeWords = ['organization', 'organisation', 'company', 'store', 'shop', 'dealer', 'client', 'customer']
const strength = new Map([...ownerWords, ...maybeWords].map((word, index) => [word, index]))

/**
 * Which column says whose row it is. Only a name can say so: nothing in the values tells a partner from a colour. A
 * wrong guess hides rows, none at all shows every row to everyone, so the words are for both.
 */
export function guessAccountColumn(columns: readonly ObservedColumn[], { rows }: Observation): Guess {
  const candidates = columns
    .map((column) => ({ column, rank: rankOf(column) }))
    .filter(({ column, rank }) => rank !== null && isPossible(column, rows))
    .sort((a, b) => (a.rank ?? 0) - (b.rank ?? 0))
  const [best, ...others] = candidates.map(({ column }) => column)
  if (best === undefined) {
    return {
      column: null,
      why:
        'No column says by its name whose row it is, so EVERY ACCOUNT SEES EVERY ROW. If a column says so (a text, never ' +
        'empty), add `accountColumn: ItsName` here and `hidden: true` to the column.',
    }
  }
  const beside = others.length === 0 ? '' : ` ${others.map(({ name }) => name).join(', ')} could be it too.`
  return {
    column: best.name,
    why:
      `Whose row it is, by the name; ${count(best.distinct, 'account')} in ${count(rows, 'row')}${gaps(best, rows)}. ` +
      `Each query sees the rows of the caller's account only.${beside} Check that its values are the ids for ` +
      '`almanac client add --account`; remove it if these data belong to everyone.',
  }
}

function rankOf({ name }: ObservedColumn): number | null {
  const words = nameWords(name)
  const ranks = words.flatMap((word) => strength.get(word.replace(/s$/, '')) ?? strength.get(word) ?? [])
  if (ranks.length === 0) return null
  // CustomerCountry and AccountCreatedDate say something about an owner; CustomerId and Customer are one.
  const isOnlyOwner = words.every((word) => strength.has(word) || ['id', 'key', 'code', 'number'].includes(word))
  const hasId = words.some((word) => ['id', 'key', 'code'].includes(word))
  if (isOnlyOwner) return Math.min(...ranks) * 10 + (hasId ? 0 : 1)
  return hasId && ranks.some((rank) => rank < ownerWords.length) ? Math.min(...ranks) * 10 + 5 : null
}

function isPossible({ type, filled, distinct, inFolders }: ObservedColumn, rows: number): boolean {
  const isIdentity = /^(VARCHAR|JSON|UUID|ENUM.*|U?(TINY|SMALL|BIG)INT|U?INTEGER)$/.test(type)
  // A value of its own in each row of many is the row's id; a folder's is that of all rows below it.
  return isIdentity && filled > 0 && (distinct < filled || rows < 10 || inFolders)
}

function gaps({ filled }: ObservedColumn, rows: number): string {
  return filled === rows ? '' : `, ${count(rows - filled, 'of them')} without one, which nobody will see`
}

function count(number: number, what: string): string {
  const many = what.startsWith('of') || number === 1 ? what : `${what}s`
  return `${number.toLocaleString('en-US')} ${many}`
}
