import { storeContracts } from '../testing/store-contracts.ts'
import { makeSqliteTestDatabase } from './testing/sqlite-test-database.ts'

for (const contract of storeContracts) contract('SQLite', makeSqliteTestDatabase)
