import type { ColumnType } from '@almanac/query'
import { hasWord, wordSet } from './name-words.ts'
import type { Observation, ObservedColumn } from './observe-column.ts'

/** What a column is declared as, and what is to be said about it. */
export interface ChosenType {
  readonly type: ColumnType
  readonly booleanForms?: readonly [whenFalse: string, whenTrue: string]
  /** Why, and what to check, where that isn't plain. */
  readonly remark: string | null
}

/** The type to declare for a column that holds one value a row: the narrowest that every value fits which was seen. */
export function chooseType(column: ObservedColumn, observation: Observation): ChosenType {
  const { type, looks, filled } = column
  if (observation.keepsTypes && type !== 'BOOLEAN') return physicalType(column)
  if (filled === 0 && isText(type)) {
    return { type: 'string', remark: 'no value was seen: check the type' }
  }
  const forms = booleanForms(column)
  if (forms !== null) return { type: 'boolean', ...forms }
  if (!isText(type)) return physicalType(column)
  if (looks.leadingZeros && looks.wholeNumber) {
    return { type: 'string', remark: 'digits, some with leading zeros: as a number it would lose them' }
  }
  if (looks.wholeNumber) {
    if (isIdentifier(column.name)) {
      return { type: 'string', remark: 'digits only, but an identifier by its name: as text it stays as it is written' }
    }
    return { type: 'integer', remark: ofSample(observation, 'whole numbers') }
  }
  if (looks.number) return { type: 'decimal', remark: null }
  if (looks.date) return { type: 'date', remark: null }
  if (looks.timestamp) return { type: 'timestamp', remark: 'read as UTC where it names no zone' }
  if (looks.sniffed !== null) return sniffedTime(column, looks.sniffed)
  if (looksLikeDay(column)) {
    return {
      type: 'string',
      remark: `'${column.least}' is no date that the engine reads: to filter by it, write it yyyy-MM-dd in the file`,
    }
  }
  return { type: 'string', remark: null }
}

/** Whether a name says that its values identify something, whatever they look like. */
export function isIdentifier(name: string): boolean {
  return hasWord(name, identifierWords) || /[a-z]ID$/.test(name)
}

const identifierWords = wordSet(
  'id ids uuid guid key code zip zipcode postcode postal phone sku ean isbn iata icao fips vat iban ' +
    'account reference serial',
)

const flagWords = wordSet('is has was can flag active enabled deleted paid trial')

// What DuckDB casts to a boolean.
const pairs: readonly (readonly [string, string])[] = [
  ['no', 'yes'],
  ['false', 'true'],
  ['n', 'y'],
  ['f', 't'],
  ['0', '1'],
]

/** The forms of a boolean, spelt as the data spell them; null for a column that is none. */
function booleanForms(column: ObservedColumn): Pick<ChosenType, 'booleanForms' | 'remark'> | null {
  const { type, values, name } = column
  if (type === 'BOOLEAN') return { booleanForms: ['false', 'true'], remark: null }
  if (values === null || !(isText(type) || isWhole(type))) return null
  const seen = values.map((value) => value.toLowerCase())
  const pair = pairs.find((forms) => seen.every((value) => forms.includes(value)))
  if (pair === undefined) return null
  const isDigits = pair[0] === '0'
  // 0 and 1 are a count as likely as a flag, and one value alone says little: the name has to say it too.
  if ((isDigits || new Set(seen).size < 2) && !hasWord(name, flagWords)) return null
  const spelt = (form: string): string =>
    values.find((value) => value.toLowerCase() === form) ?? likeOthers(form, values)
  const remark = isDigits
    ? 'a flag by its name and its values, 0 and 1; if it counts something, make it an integer'
    : null
  return { booleanForms: [spelt(pair[0]), spelt(pair[1])], remark }
}

function likeOthers(form: string, [other = '']: readonly string[]): string {
  if (other === other.toUpperCase()) return form.toUpperCase()
  return /^\p{Lu}/u.test(other) ? form.charAt(0).toUpperCase() + form.slice(1) : form
}

function physicalType({ type, greatest, least, values, name }: ObservedColumn): ChosenType {
  if (type === 'DATE') return { type: 'date', remark: null }
  if (type.startsWith('TIMESTAMP')) return { type: 'timestamp', remark: null }
  if (/^(FLOAT|DOUBLE|DECIMAL)/.test(type)) return { type: 'decimal', remark: null }
  if (isWhole(type)) {
    const onlyFlags = values?.every((value) => value === '0' || value === '1') === true && values.length === 2
    const remark = onlyFlags ? "0 and 1 only: if it is a flag, make it boolean with booleanForms: ['0', '1']" : null
    return { type: 'integer', remark }
  }
  if (isHuge(type)) {
    const fits = [least, greatest].every((end) => end !== null && Math.abs(Number(end)) < 2 ** 53)
    // Sums come out of DuckDB this wide; most hold small numbers.
    if (fits && !isIdentifier(name)) return { type: 'integer', remark: null }
    return { type: 'decimal', remark: `stored as ${type}, which may hold more than a 64-bit integer` }
  }
  return { type: 'string', remark: type === 'VARCHAR' ? null : `stored as ${type}; written as text` }
}

function sniffedTime(column: ObservedColumn, sniffed: 'DATE' | 'TIMESTAMP'): ChosenType {
  const type = sniffed === 'DATE' ? 'date' : 'timestamp'
  return {
    type,
    remark: `written like '${column.least}', which the engine reads as a ${type}: check that day and month are not swapped`,
  }
}

const dayOfSomeKind =
  /^([A-Za-z]{3,9}\.? \d{1,2},? \d{4}|\d{1,2}[ -][A-Za-z]{3,9}[ -]\d{2,4}|\d{1,2}[./]\d{1,2}[./]\d{2,4})/

function looksLikeDay({ least, greatest }: ObservedColumn): boolean {
  return least !== null && greatest !== null && dayOfSomeKind.test(least) && dayOfSomeKind.test(greatest)
}

function ofSample({ isAll }: Observation, what: string): string | null {
  return isAll ? null : `${what} in the rows that were looked at; a fraction further on would be rounded`
}

function isText(type: string): boolean {
  return type === 'VARCHAR' || type === 'JSON' || type.startsWith('ENUM')
}

function isWhole(type: string): boolean {
  return /^(TINYINT|SMALLINT|INTEGER|BIGINT|UTINYINT|USMALLINT|UINTEGER)$/.test(type)
}

function isHuge(type: string): boolean {
  return /^(HUGEINT|UHUGEINT|UBIGINT|BIGNUM)$/.test(type)
}
