/**
 * The lower-case form of a text as the engines make it: character by character, so that `Σ` is `σ` wherever it stands.
 * `undefined` where Unicode's versions or the engines could differ: letters added of late, and `İ`, which is `i` to some
 * and `i̇` to others. In the alphabets named here no letter has got another case in the last ten years; a test compares
 * all characters with DuckDB.
 */
export function lowerCase(text: string): string | undefined {
  if (isAscii(text)) return text.toLowerCase()
  if (text.includes('\0') || !everyEngineAgrees.test(text)) return undefined
  return Array.from(text, (character) => character.toLowerCase()).join('')
}

// Latin, Greek, Cyrillic; punctuation; currencies and letter-like signs; kana and ideographs; Hangul. No surrogates.
const everyEngineAgrees =
  /^[\p{ASCII}\u0080-\u012F\u0131-\u052F\u2000-\u206F\u20A0-\u214F\u3000-\u9FFF\uAC00-\uD7A3]*$/u

/** Whether all of a text is of ASCII. Not with U+0000, which ends a text in some engine's hands. */
export function isAscii(text: string): boolean {
  return /^\p{ASCII}*$/u.test(text) && !text.includes('\0')
}
