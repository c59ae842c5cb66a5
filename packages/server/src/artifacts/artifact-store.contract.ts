import { describe, expect, test } from 'vitest'
import { midnight, storeReport } from '../executions/testing/a-report.ts'
import { useTestDatabase } from '../stores/testing/test-database.ts'
import type { MakeTestDatabase } from '../stores/testing/test-database.ts'
import type { Artifact } from './artifact.ts'
import { anArtifact } from './testing/an-artifact.ts'

/** What every artifact store does. */
export function artifactStoreContract(name: string, makeDatabase: MakeTestDatabase): void {
  describe(`an artifact store (${name})`, () => {
    const database = useTestDatabase(makeDatabase)

    /** The artifact of `report-1`'s first execution, published. */
    async function publish(): Promise<Artifact> {
      await storeReport(database.stores.reports)
      const request = { token: 'lease', owner: 'worker', now: midnight, expiresAt: midnight + 1 }
      await database.stores.executions.claimDue(request, () => undefined)
      const artifact = anArtifact({ executionId: 'report-1.0', fileName: 'Übersicht – Café "1".csv' })
      const result = { finishedAt: midnight, artifact, delivery: null }
      expect(await database.stores.executions.complete('report-1.0', 'lease', result)).toBe(true)
      return artifact
    }

    test('finds a published file by its execution and for a link, to the letter', async () => {
      const artifact = await publish()
      expect(await database.stores.artifacts.findByExecution('account-1', 'report-1.0')).toEqual(artifact)
      expect(await database.stores.artifacts.findForLink('account-1', artifact.id)).toEqual(artifact)
    })

    test('finds nothing before publication', async () => {
      await storeReport(database.stores.reports)
      expect(await database.stores.artifacts.findByExecution('account-1', 'report-1.0')).toBeUndefined()
      expect(await database.stores.artifacts.findForLink('account-1', 'artifact-1')).toBeUndefined()
    })

    test('says which files no artifact names, however many are asked about', async () => {
      const artifact = await publish()
      const orphans = Array.from({ length: 1_200 }, (_, index) => `orphan-${index}`)
      const asked = [...orphans.slice(0, 700), artifact.blobKey, ...orphans.slice(700)]
      expect(await database.stores.artifacts.withoutArtifact(asked)).toEqual(orphans)
      expect(await database.stores.artifacts.withoutArtifact([])).toEqual([])
    })

    test('finds nothing for another account', async () => {
      const artifact = await publish()
      expect(await database.stores.artifacts.findByExecution('account-2', 'report-1.0')).toBeUndefined()
      expect(await database.stores.artifacts.findForLink('account-2', artifact.id)).toBeUndefined()
    })
  })
}
