import { auditLogContract } from '../../access/audit-log.contract.ts'
import { clientStoreContract } from '../../access/client-store.contract.ts'
import { credentialStoreContract } from '../../access/credential-store.contract.ts'
import { userStoreContract } from '../../access/user-store.contract.ts'
import { installationStoreContract } from '../../access/installation-store.contract.ts'
import { keyStoreContract } from '../../access/key-store.contract.ts'
import { artifactStoreContract } from '../../artifacts/artifact-store.contract.ts'
import { usedLinksContract } from '../../artifacts/used-links.contract.ts'
import { deliveryStoreContract } from '../../callbacks/delivery-store.contract.ts'
import { executionStoreContract } from '../../executions/execution-store.contract.ts'
import { strayLeasesContract } from '../../executions/stray-leases.contract.ts'
import { idempotencyStoreContract } from '../../idempotency/idempotency-store.contract.ts'
import { queryStoreContract } from '../../queries/query-store.contract.ts'
import { reportStoreContract } from '../../reports/report-store.contract.ts'

/** The contract of every store; each adapter's tests run all of them. */
export const storeContracts = [
  queryStoreContract,
  reportStoreContract,
  executionStoreContract,
  artifactStoreContract,
  deliveryStoreContract,
  clientStoreContract,
  usedLinksContract,
  credentialStoreContract,
  userStoreContract,
  auditLogContract,
  keyStoreContract,
  installationStoreContract,
  idempotencyStoreContract,
  strayLeasesContract,
] as const
