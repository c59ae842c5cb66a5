import { describe } from 'vitest'
import { storeContracts } from '../testing/store-contracts.ts'
import { lackingInName, postgresLacking } from './testing/start-postgres.ts'
import { usePostgres } from './testing/postgres-test-database.ts'

describe.skipIf(postgresLacking !== null)(`PostgreSQL${lackingInName}`, () => {
  const postgres = usePostgres()
  for (const contract of storeContracts) contract('PostgreSQL', () => postgres.make())
})
