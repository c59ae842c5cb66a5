/**
 * The name of a list that someone who wrote `name` most likely meant: the one with the fewest changed, missing, added
 * or swapped characters, if these are at most a third of the name. Case doesn't count.
 */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  const written = name.toLowerCase()
  let nearest: string | undefined
  let fewest = Math.max(1, Math.floor(written.length / 3))
  for (const candidate of known) {
    // A distance is at least the difference of the lengths: most candidates are done here.
    if (Math.abs(candidate.length - written.length) > fewest) continue
    const distance = editDistance(written, candidate.toLowerCase())
    if (distance > fewest || (distance === fewest && nearest !== undefined)) continue
    nearest = candidate
    fewest = distance
  }
  return nearest
}

/** How many single-character changes, and swaps of two neighbours, make one text of another. */
export function editDistance(from: string, to: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (let i = 1; i <= from.length; i += 1) {
    const row = [i]
    for (let j = 1; j <= to.length; j += 1) {
      const cost = from[i - 1] === to[j - 1] ? 0 : 1
      let distance = Math.min(at(last, j) + 1, at(row, j - 1) + 1, at(last, j - 1) + cost)
      if (i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1]) {
        distance = Math.min(distance, at(beforeLast, j - 2) + 1)
      }
      row.push(distance)
    }
    beforeLast = last
    last = row
  }
  return at(last, to.length)
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? 0
}
