/** The values of a parameter that takes several, separated by `;`. Null when it is absent or has none. */
export function severalValues(text: string | undefined): readonly string[] | null {
  const values = (text ?? '')
    .split(';')
    .map((value) => value.trim())
    .filter((value) => value !== '')
  return values.length === 0 ? null : [...new Set(values)]
}
