import type { InstallationStore } from '../access/installation-store.ts'

/** The name under which an installation's file keeps where it has moved to. */
export const movedTo = 'movedTo'

/** Refuses, in words, a file whose installation lives elsewhere now: on both, what waits would be run twice. */
export async function refuseMoved(installation: Pick<InstallationStore, 'find'>, file: string): Promise<void> {
  const place = await installation.find(movedTo)
  if (place === undefined) return
  throw new Error(
    `The database ${file} was moved to PostgreSQL at ${place}. Set database.url to it; what this file holds is as old as the move.`,
  )
}
