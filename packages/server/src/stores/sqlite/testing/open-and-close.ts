// Opens the file in argument 1 when told to, and closes it again.
import { once } from 'node:events'
import { openSqliteStores } from '../../open-sqlite-stores.ts'

const [file = ''] = process.argv.slice(2)
process.stdout.write('ready\n')
await once(process.stdin, 'data')
const stores = await openSqliteStores(file)
process.stdout.write(`${await stores.installation.getOrSet('tenantId', String(process.pid))}\n`)
await stores.close()
