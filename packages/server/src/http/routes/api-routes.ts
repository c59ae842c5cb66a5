import { createPreviewGate } from '../../queries/preview-gate.ts'
import type { HttpDeps } from '../http-deps.ts'
import type { OperationRoute } from '../operation-route.ts'
import { getAccountRoute, listAccountsRoute, putAccountRoute } from './accounts.ts'
import { listAuditLinesRoute, verifyAuditRoute } from './audit.ts'
import { listCallbacksRoute, sendCallbackAgainRoute } from './callbacks.ts'
import { listCertificatesRoute, putCertificateRoute, removeCertificateRoute } from './certificates.ts'
import { getClientRoute, listClientsRoute, putClientRoute } from './clients.ts'
import { getClockRoute, moveClockRoute } from './clock.ts'
import { createQueryRoute } from './create-query.ts'
import { createReportRoute } from './create-report.ts'
import { activateVersionRoute, listVersionsRoute } from './data-versions.ts'
import { deleteQueryRoute } from './delete-query.ts'
import { deleteReportRoute } from './delete-report.ts'
import { downloadRoute } from './download.ts'
import { getArtifactRoute } from './get-artifact.ts'
import { getManifestRoute } from './get-manifest.ts'
import { listKeysRoute, rotateKeyRoute } from './keys.ts'
import { listDatasetsRoute } from './list-datasets.ts'
import { listExecutionsRoute } from './list-executions.ts'
import { listQueriesRoute } from './list-queries.ts'
import { listReportEventsRoute } from './list-report-events.ts'
import { listReportsRoute } from './list-reports.ts'
import { loadDatasetRoute } from './load-dataset.ts'
import { pauseReportRoute } from './pause-report.ts'
import { resumeReportRoute } from './resume-report.ts'
import { addSecretRoute, listSecretsRoute, removeSecretRoute } from './secrets.ts'
import { testQueryRoute } from './test-query.ts'
import { updateReportRoute } from './update-report.ts'

/** What serves each operation of the API, in the order of the contract. (The token operations are in `token-routes.ts`.) */
export function apiRoutes(deps: HttpDeps): readonly OperationRoute[] {
  const { queriesPerClient, previewRows, previewTimeoutSeconds, previewsAtOnce } = deps.limits
  const { clock, linkKeys, artifacts, links } = deps
  const once = { idempotency: deps.idempotency, machineClock: deps.machineClock, newId: deps.newId }
  const files = { ...deps, compress: links.compress }
  return [
    listDatasetsRoute(deps),
    createQueryRoute({ ...deps, queriesPerClient }),
    listQueriesRoute(deps),
    testQueryRoute({ ...deps, previewRows, previewTimeoutSeconds, previewGate: createPreviewGate(previewsAtOnce) }),
    deleteQueryRoute(deps),
    createReportRoute(deps),
    listReportsRoute(deps),
    updateReportRoute(deps),
    pauseReportRoute(deps),
    resumeReportRoute(deps),
    deleteReportRoute(deps),
    listReportEventsRoute(deps),
    listExecutionsRoute({ ...deps, links: { ...links, keys: linkKeys, clock, newId: deps.newId } }),
    listCallbacksRoute(deps),
    sendCallbackAgainRoute(deps),
    getArtifactRoute(files),
    getManifestRoute(deps),
    downloadRoute({
      ...files,
      links: { keys: linkKeys, clock, artifacts, isKeptOut: deps.isKeptOut, used: deps.usedLinks },
    }),
    loadDatasetRoute({ ...deps.loads, ...once, audit: deps.audit }),
    listVersionsRoute(deps.loads),
    activateVersionRoute({ ...deps.loads, ...once, audit: deps.audit }),
    getClockRoute(deps),
    moveClockRoute(deps),
    listAccountsRoute(deps),
    getAccountRoute(deps),
    putAccountRoute(deps),
    listClientsRoute(deps),
    getClientRoute(deps),
    putClientRoute(deps),
    listSecretsRoute(deps),
    addSecretRoute(deps),
    removeSecretRoute(deps),
    listCertificatesRoute(deps),
    putCertificateRoute(deps),
    removeCertificateRoute(deps),
    listKeysRoute(deps),
    rotateKeyRoute({ ...deps, linkLifetimeHours: links.lifetimeHours }),
    listAuditLinesRoute(deps),
    verifyAuditRoute(deps),
  ]
}
