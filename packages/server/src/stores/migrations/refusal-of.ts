import type { MigrationTable } from '../database.ts'

/** A step as it is recorded, maybe before steps said more than their names. */
type TakenStep = Pick<MigrationTable, 'version'> & Partial<Pick<MigrationTable, 'oldest_compatible'>>

/**
 * Why code that knows the first `newest` steps may not work with a database in which these were taken, in words; null
 * when it may. A step that says nothing of older versions lets none of them.
 */
export function refusalOf(taken: readonly TakenStep[], newest: number): string | null {
  const unknown = taken.filter(({ version }) => version > newest)
  const oldest = Math.max(0, ...unknown.map(({ version, oldest_compatible }) => oldest_compatible ?? version))
  if (newest >= oldest) return null
  const current = Math.max(...unknown.map(({ version }) => version))
  return (
    `The database has schema version ${current}; this Almanac knows versions up to ${newest}. ` +
    `A newer Almanac has written it, in a way that versions below ${oldest} can't work with: ` +
    'start a newer one, or restore the backup made before the upgrade.'
  )
}
