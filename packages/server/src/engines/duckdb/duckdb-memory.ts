// Node, what the CSV writer has in hand, and pieces that are free but not given back came to 310 MiB at most.
const besideDuckDbMiB = 384

/** What DuckDB may count as its memory in a process that may take `processLimitMiB` (`npm run bench:export`). */
export function duckDbMemoryMiB(processLimitMiB: number): number {
  return processLimitMiB - besideDuckDbMiB
}
