import { operations } from '@almanac/api'
import { addCertificate } from '../../access/add-certificate.ts'
import type { CredentialDeps } from '../../access/add-secret.ts'
import { readCertificate } from '../../access/read-certificate.ts'
import { removeCertificate } from '../../access/remove-certificate.ts'
import { requireClient } from '../../access/require-client.ts'
import { AppError } from '../../kernel/app-error.ts'
import { operationRoute } from '../operation-route.ts'
import { certificateItem } from '../wire/access-items.ts'
import { envelope } from '../wire/envelope.ts'

export const listCertificatesRoute = ({ clients, credentials, clock }: CredentialDeps) =>
  operationRoute(operations.listCertificates, async ({ params }) => {
    const { id } = await requireClient(clients, params.clientId)
    const certificates = await credentials.listCertificates(id)
    return envelope(
      certificates.map((certificate) => certificateItem(certificate, clock.now())),
      null,
    )
  })

export const putCertificateRoute = (deps: CredentialDeps) =>
  operationRoute(operations.putCertificate, async ({ params, body, source }) => {
    const { clientId, thumbprint } = params
    const certificate = bytesOf(body.Certificate)
    // Under another thumbprint than its own it could not be found, nor removed.
    const read = readCertificate(certificate, clientId, deps.clock.now())
    if (read.thumbprint !== thumbprint) {
      throw new AppError('invalid_request', {
        sentence: `The thumbprint of the certificate is ${read.thumbprint}: put it there`,
        field: 'thumbprint',
      })
    }
    await addCertificate(deps, source(), { clientId, certificate })
    return envelope(await itemsOf(deps, params), 'Certificate is registered')
  })

export const removeCertificateRoute = (deps: CredentialDeps) =>
  operationRoute(operations.removeCertificate, async ({ params, source }) => {
    const before = await itemsOf(deps, params)
    await removeCertificate(deps, source(), params)
    return envelope(before, 'Certificate removed')
  })

/** The certificate as the list shows it: with when it was registered first, and last used. */
async function itemsOf(
  { credentials, clock }: CredentialDeps,
  { clientId, thumbprint }: { readonly clientId: string; readonly thumbprint: string },
) {
  const certificates = await credentials.listCertificates(clientId)
  return certificates
    .filter((certificate) => certificate.thumbprint === thumbprint)
    .map((certificate) => certificateItem(certificate, clock.now()))
}

/** PEM is text; DER comes in base64. */
function bytesOf(text: string): Buffer {
  return Buffer.from(text, text.startsWith('-----BEGIN') ? 'utf8' : 'base64')
}
