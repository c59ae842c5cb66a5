// Creates reports in the file in argument 1 and completes their executions, for ever. Says what has been acknowledged,
// synchronously: what was printed was committed. Ids begin with argument 2.
import { writeSync } from 'node:fs'
import { anArtifact } from '../../../artifacts/testing/an-artifact.ts'
import { aDelivery } from '../../../callbacks/testing/a-delivery.ts'
import { midnight, once, storeReport } from '../../../executions/testing/a-report.ts'
import { openSqliteStores } from '../../open-sqlite-stores.ts'

const [file = '', prefix = ''] = process.argv.slice(2)
const { reports, executions } = await openSqliteStores(file)
for (let count = 1; ; count += 1) {
  const report = await storeReport(reports, { id: `${prefix}.${count}`, schedule: once(midnight) })
  writeSync(1, `created ${report.id}\n`)
  const token = `lease of ${report.id}`
  const lease = { token, owner: prefix, now: midnight, expiresAt: midnight + 60_000 }
  const claimed = await executions.claimDue(lease, () => undefined)
  if (claimed === undefined) throw new Error('a report was stored and can not be claimed')
  const executionId = claimed.id
  const artifact = anArtifact({ id: `file of ${executionId}`, executionId, reportId: claimed.reportId })
  const delivery = aDelivery({ id: `callback of ${executionId}`, executionId, reportId: claimed.reportId })
  await executions.complete(executionId, token, { finishedAt: midnight, artifact, delivery })
  writeSync(1, `completed ${claimed.reportId}\n`)
}
