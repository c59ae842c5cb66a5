import { quoteText } from './quote.ts'

// What spreadsheets take for the beginning of a formula, also behind a blank that they skip and in full width.
const beginnings = ['=', '+', '-', '@', '＝', '＋', '－', '＠'].map(quoteText)
const blanks = [9, 10, 13].map((code) => `chr(${code})`)

/**
 * The same text, with an apostrophe before it where a spreadsheet would run it when a file is opened. `text` may be NULL.
 * In the words that every dialect has.
 */
export function harmlessText(text: string): string {
  const isFormula = `substr(${text}, 1, 1) IN (${[...beginnings, ...blanks].join(', ')})`
  return `CASE WHEN ${isFormula} THEN concat('''', ${text}) ELSE ${text} END`
}
