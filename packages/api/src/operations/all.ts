import type { Operation } from '../operation.ts'
import { activateVersion } from './activate-version.ts'
import { addSecret } from './add-secret.ts'
import { createQuery } from './create-query.ts'
import { createReport } from './create-report.ts'
import { deleteQuery } from './delete-query.ts'
import { deleteReport } from './delete-report.ts'
import { download } from './download.ts'
import { getAccount } from './get-account.ts'
import { getArtifact } from './get-artifact.ts'
import { getClient } from './get-client.ts'
import { getClock } from './get-clock.ts'
import { getKeySetV2 } from './get-key-set-v2.ts'
import { getKeySet } from './get-key-set.ts'
import { getManifest } from './get-manifest.ts'
import { getOpenIdConfigurationV2 } from './get-openid-configuration-v2.ts'
import { getOpenIdConfiguration } from './get-openid-configuration.ts'
import { issueTokenV2 } from './issue-token-v2.ts'
import { issueToken } from './issue-token.ts'
import { listAccounts } from './list-accounts.ts'
import { listAuditLines } from './list-audit-lines.ts'
import { listCallbacks } from './list-callbacks.ts'
import { listCertificates } from './list-certificates.ts'
import { listClients } from './list-clients.ts'
import { listDatasets } from './list-datasets.ts'
import { listExecutions } from './list-executions.ts'
import { listKeys } from './list-keys.ts'
import { listQueries } from './list-queries.ts'
import { listReportEvents } from './list-report-events.ts'
import { listReports } from './list-reports.ts'
import { listSecrets } from './list-secrets.ts'
import { listVersions } from './list-versions.ts'
import { loadDataset } from './load-dataset.ts'
import { moveClock } from './move-clock.ts'
import { pauseReport } from './pause-report.ts'
import { putAccount } from './put-account.ts'
import { putCertificate } from './put-certificate.ts'
import { putClient } from './put-client.ts'
import { removeCertificate } from './remove-certificate.ts'
import { removeSecret } from './remove-secret.ts'
import { resumeReport } from './resume-report.ts'
import { rotateKey } from './rotate-key.ts'
import { sendCallbackAgain } from './send-callback-again.ts'
import { testQuery } from './test-query.ts'
import { updateReport } from './update-report.ts'
import { verifyAudit } from './verify-audit.ts'

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
  updateReport,
  pauseReport,
  resumeReport,
  deleteReport,
  listReportEvents,
  listExecutions,
  listCallbacks,
  sendCallbackAgain,
  getArtifact,
  getManifest,
  download,
  loadDataset,
  listVersions,
  activateVersion,
  getClock,
  moveClock,
  listAccounts,
  getAccount,
  putAccount,
  listClients,
  getClient,
  putClient,
  listSecrets,
  addSecret,
  removeSecret,
  listCertificates,
  putCertificate,
  removeCertificate,
  listKeys,
  rotateKey,
  listAuditLines,
  verifyAudit,
} satisfies Record<string, Operation>

export type OperationId = keyof typeof operations
