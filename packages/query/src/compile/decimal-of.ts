/** What floating numbers are added up as. */
export const sumType = 'DECIMAL(38, 12)'

/** From here on a number is too large to be added up: a hundred million of them still fit into `sumType`. */
export const tooLarge = '1E18'

// Of the fifteen digits that a double is sure of, how many stand after the point, by its size.
const placesBelow = [
  ['1E3', 12],
  ['1E5', 10],
  ['1E7', 8],
  ['1E9', 6],
  ['1E11', 4],
  ['1E13', 2],
  [tooLarge, 0],
] as const

/**
 * The decimal that a double stands for, of at most fifteen digits and twelve places. A sum of doubles depends on the order
 * in which an engine comes to them, a sum of these doesn't, and a million times 0.1 is 100000. In one step to twelve
 * places 4627863.449 became 4627863.449000000954. NULL for what is too large.
 */
export function decimalOf(double: string): string {
  const rounded = placesBelow.map(
    ([bound, places]) =>
      `WHEN abs(${double}) < ${bound} THEN CAST(CAST(${double} AS DECIMAL(18, ${places})) AS ${sumType})`,
  )
  return `CASE ${rounded.join(' ')} END`
}
