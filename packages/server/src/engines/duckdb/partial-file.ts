import { rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/** Removes what an export left that didn't end well. Succeeds when there is nothing. */
export async function removePartialFile(path: string): Promise<void> {
  await rm(path, { force: true })
  // Where DuckDB writes first when it finds the target taken.
  await rm(join(dirname(path), `tmp_${basename(path)}`), { force: true })
}
