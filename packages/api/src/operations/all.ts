import type { Operation } from '../operation.ts'
import { createQuery } from './create-query.ts'
import { createReport } from './create-report.ts'
import { deleteQuery } from './delete-query.ts'
import { download } from './download.ts'
import { getArtifact } from './get-artifact.ts'
import { getKeySet } from './get-key-set.ts'
import { getKeySetV2 } from './get-key-set-v2.ts'
import { getManifest } from './get-manifest.ts'
import { getOpenIdConfiguration } from './get-openid-configuration.ts'
import { getOpenIdConfigurationV2 } from './get-openid-configuration-v2.ts'
import { issueToken } from './issue-token.ts'
import { issueTokenV2 } from './issue-token-v2.ts'
import { listDatasets } from './list-datasets.ts'
import { listExecutions } from './list-executions.ts'
import { listQueries } from './list-queries.ts'
import { listReports } from './list-reports.ts'
import { testQuery } from './test-query.ts'

/** Every operation, in the order in which a partner meets them. */
export const operations = {
  issueToken,
  issueTokenV2,
  getOpenIdConfiguration,
  getOpenIdConfigurationV2,
  getKeySet,
  getKeySetV2,
  listDatasets,
  createQuery,
  listQueries,
  testQuery,
  deleteQuery,
  createReport,
  listReports,
  listExecutions,
  getArtifact,
  getManifest,
  download,
} satisfies Record<string, Operation>

export type OperationId = keyof typeof operations
