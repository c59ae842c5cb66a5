/**
 * The rules of `docs/reference/compatibility.md` on which an implementation can go wrong unnoticed, each where the naive
 * evaluator can be given another one.
 */
export interface Rules {
  /** A text as it compares. */
  readonly fold: (text: string) => string
  /** Whether `_` in a pattern is one character, or one UTF-16 unit. */
  readonly underscore: 'character' | 'unit'
  /** What `!=`, NOT IN and NOT LIKE say of NULL. */
  readonly unequalToNull: null | true
  /** What a boolean column makes of a form that it doesn't use: nothing, or false. */
  readonly unknownForm: 'nothing' | 'false'
  readonly direction: 'asc' | 'desc'
  readonly nulls: 'last' | 'first'
  /** How texts are ordered. */
  readonly textOrder: 'without case' | 'exact'
  /** Whether the day of the reference time belongs to a rolling window. */
  readonly referenceDay: 'in' | 'out'
  /** Whether a requested end belongs. */
  readonly requestedEnd: 'in' | 'out'
  /** 31 May less three months: the last day of February, or two days into March. */
  readonly shortMonth: 'last day' | 'overflow'
  readonly defaultRange: string
  /** Whether a date as the end of TIMESPAN BETWEEN is the whole day, or its midnight. */
  readonly lastDay: 'whole' | 'midnight'
  /** How floating numbers are added. */
  readonly sums: 'exact' | 'floating'
  /** Whether rows without ORDER BY keep every duplicate. */
  readonly duplicates: 'kept' | 'dropped'
  /** Whether groups count texts that differ in case only as one. */
  readonly groups: 'exact' | 'folded'
  /** Whether `1` and `1.50` in a file keep the zeros of their type. */
  readonly decimals: 'trimmed' | 'four places'
  /** Whose rows: the account of exactly that name, or of any spelling. */
  readonly account: 'exact' | 'folded'
  /** Of a LIMIT and the limit of a preview. */
  readonly limits: 'smaller' | 'own'
}

export const documentedRules: Rules = {
  fold: lowerEach,
  underscore: 'character',
  unequalToNull: null,
  unknownForm: 'nothing',
  direction: 'desc',
  nulls: 'last',
  textOrder: 'without case',
  referenceDay: 'in',
  requestedEnd: 'out',
  shortMonth: 'last day',
  defaultRange: 'LAST_6_MONTHS',
  lastDay: 'whole',
  sums: 'exact',
  duplicates: 'kept',
  groups: 'exact',
  decimals: 'trimmed',
  account: 'exact',
  limits: 'smaller',
}

/** Each of them differs from the documented rules in one point, and has to be found out. */
export const wrongRules: Readonly<Record<string, Partial<Rules>>> = {
  'case counts': { fold: (text) => text },
  'only ASCII letters have a case': { fold: (text) => text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase()) },
  'a sharp s is two letters': { fold: (text) => text.toUpperCase().toLowerCase() },
  'a dotted I keeps its dot': { fold: (text) => text.toLowerCase() },
  'an underscore is half an emoji': { underscore: 'unit' },
  'NULL is unequal to everything': { unequalToNull: true },
  'an unknown boolean is false': { unknownForm: 'false' },
  'ORDER BY is ascending': { direction: 'asc' },
  'NULL comes first': { nulls: 'first' },
  'texts are ordered by their codes': { textOrder: 'exact' },
  'today is not in a rolling window': { referenceDay: 'out' },
  'a requested end belongs': { requestedEnd: 'in' },
  'months overflow': { shortMonth: 'overflow' },
  'no TIMESPAN is all rows': { defaultRange: 'LIFETIME' },
  'the last day of a TIMESPAN is its midnight': { lastDay: 'midnight' },
  'doubles are added as they come': { sums: 'floating' },
  'duplicates are dropped': { duplicates: 'dropped' },
  'groups ignore case': { groups: 'folded' },
  'decimals keep their zeros': { decimals: 'four places' },
  'accounts ignore case': { account: 'folded' },
  'a preview ignores the LIMIT': { limits: 'own' },
}

/**
 * Case is folded one character for one, to lower case, whatever stands beside it: `ẞ` is `ß` but `ß` is not `ss`, `İ` is
 * `i`, and the final `ς` of a word is another letter than `σ`.
 */
export function lowerEach(text: string): string {
  return Array.from(text, (character) => String.fromCodePoint(character.toLowerCase().codePointAt(0) ?? 0)).join('')
}
