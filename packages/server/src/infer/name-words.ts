/** The words of a name, in lower case: `CustomerCountry`, `customer_country` and `Customer country` have the same two. */
export function nameWords(name: string): readonly string[] {
  return name
    .replaceAll(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1 $2')
    .replaceAll(/(\p{Lu}+)(\p{Lu}\p{Ll})/gu, '$1 $2')
    .split(/[^\p{L}\p{M}\p{N}]+/u)
    .filter((word) => word !== '')
    .map((word) => word.toLowerCase())
}

/** A name of these words, written the way `like` is: `total_delay` beside `delay`, `TotalDelay` beside `Delay`. */
export function nameOf(words: readonly string[], like: string): string {
  return like === like.toLowerCase() ? words.join('_') : words.map(capitalized).join('')
}

/** Words as the beginning of a sentence: `Customer country`. */
export function sentenceOf(words: readonly string[]): string {
  return capitalized(words.join(' '))
}

/** The words of a text, to look names up in. */
export function wordSet(words: string): ReadonlySet<string> {
  return new Set(words.split(' '))
}

/** Whether a name has one of these words. */
export function hasWord(name: string, words: ReadonlySet<string>): boolean {
  return nameWords(name).some((word) => words.has(word))
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
