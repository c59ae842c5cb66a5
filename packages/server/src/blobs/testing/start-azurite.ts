import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { installedAzurite } from './installed-azurite.ts'
import { freePort } from '../../kernel/testing/free-port.ts'
import { startPart, type Part } from './start-part.ts'

export interface Azurite extends Part {
  readonly port: number
  /** By way of another port, such as that of a line in between. */
  connectionString(port?: number): string
}

// Known to everybody: the account that every Azurite has.
const account = 'devstoreaccount1'
const accountKey = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=='

/** PEM files of a server that proves itself. */
export interface Certificate {
  readonly certFile: string
  readonly keyFile: string
}

/**
 * Starts an Azurite on a port of its own, with nothing in it. With a certificate it speaks TLS, and takes tokens of an
 * identity beside its key (whose form, audience and time it checks, and whose signature it does not).
 */
export async function startAzurite(certificate?: Certificate): Promise<Azurite> {
  const program = await installedAzurite()
  const folder = await mkdtemp(join(tmpdir(), 'almanac-azurite-'))
  const port = await freePort()
  const options = ['--blobHost', '127.0.0.1', '--blobPort', String(port), '--location', folder, '--silent']
  const quiet = ['--disableTelemetry', '--skipApiVersionCheck']
  const secured =
    certificate === undefined ? [] : ['--oauth', 'basic', '--cert', certificate.certFile, '--key', certificate.keyFile]
  const part = await startPart(process.execPath, [program, ...options, ...quiet, ...secured], port)
  return {
    port,
    connectionString: (at = port) =>
      `DefaultEndpointsProtocol=http;AccountName=${account};AccountKey=${accountKey};BlobEndpoint=http://127.0.0.1:${at}/${account};`,
    async stop() {
      await part.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
