import type { Server } from 'node:https'
import type { FastifyInstance } from 'fastify'
import { validUntil } from '../http/tls/certificate.ts'
import { renewCertificate } from '../http/tls/renew-certificate.ts'
import type { House } from './house.ts'

/** Takes a new certificate into use when its files have one. Resolves when the house's signal has aborted. */
export async function keepCertificate(house: House, app: FastifyInstance): Promise<void> {
  const { settings, certificate, machineClock, log, stopping } = house
  if (settings.tls === null || certificate === null || !('setSecureContext' in app.server)) return
  await renewCertificate(
    {
      files: settings.tls,
      certificate,
      clock: machineClock,
      use: (renewed) => (app.server as Server).setSecureContext(renewed),
      onRenewed: (renewed) => log.info({ validUntil: validUntil(renewed) }, 'certificate renewed'),
      onFailure: (error) => log.error({ err: error }, 'the new certificate is not used'),
    },
    stopping,
  )
}
