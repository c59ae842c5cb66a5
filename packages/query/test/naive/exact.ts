/**
 * An exact number: how many times 10⁻⁵⁰ it is. One form for whole numbers, decimals and literals, so that comparing and
 * adding need no thought.
 */
export type Exact = bigint

const places = 50

/** Reads `-12.50`. Digits beyond the fiftieth place are lost. */
export function exactOf(text: string): Exact {
  const [whole = '', fraction = ''] = text.replace(/^[+-]/, '').split('.')
  const size = BigInt(whole + fraction.padEnd(places, '0').slice(0, places))
  return text.startsWith('-') ? -size : size
}

/** Without an exponent and without zeros that carry nothing. */
export function textOfExact(value: Exact): string {
  const digits = String(value < 0n ? -value : value).padStart(places + 1, '0')
  const fraction = digits.slice(-places).replace(/0+$/, '')
  return `${value < 0n ? '-' : ''}${digits.slice(0, -places)}${fraction === '' ? '' : `.${fraction}`}`
}

export function exactProduct(a: Exact, b: Exact): Exact {
  return (a * b) / 10n ** BigInt(places)
}
