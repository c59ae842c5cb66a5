// Claims executions from the file in argument 1 when told to, at the instant in argument 2, until none is left; prints
// the id of each.
import { once } from 'node:events'
import { openSqliteStores } from '../../open-sqlite-stores.ts'

const [file = '', now = ''] = process.argv.slice(2)
const stores = await openSqliteStores(file)
process.stdout.write('ready\n')
await once(process.stdin, 'data')
const owner = String(process.pid)
for (let count = 1; ; count += 1) {
  const lease = { token: `${owner}.${count}`, owner, now: Number(now), expiresAt: Number(now) + 60_000 }
  const claimed = await stores.executions.claimDue(lease, () => undefined)
  if (claimed === undefined) break
  process.stdout.write(`${claimed.id}\n`)
}
await stores.close()
