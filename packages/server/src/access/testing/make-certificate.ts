import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto'

/** A key with its self-signed certificate. */
export interface TestCertificate {
  readonly privateKey: KeyObject
  readonly der: Buffer
  readonly pem: string
}

/** Makes a certificate of its own key (RSA unless another one is given), valid between two instants. */
export function makeCertificate(input: {
  readonly validFromAt: number
  readonly expiresAt: number
  readonly keyPair?: { readonly privateKey: KeyObject; readonly publicKey: KeyObject }
}): TestCertificate {
  const { privateKey, publicKey } = input.keyPair ?? generateKeyPairSync('rsa', { modulusLength: 2_048 })
  const name = sequence(set(sequence(oid('2.5.4.3'), element(0x0c, Buffer.from('importer')))))
  const isEc = privateKey.asymmetricKeyType === 'ec'
  // ecdsa-with-SHA256, or sha256WithRSAEncryption.
  const algorithm = isEc
    ? sequence(oid('1.2.840.10045.4.3.2'))
    : sequence(oid('1.2.840.113549.1.1.11'), element(0x05, Buffer.alloc(0)))
  const toBeSigned = sequence(
    element(0x02, Buffer.from([1])),
    algorithm,
    name,
    sequence(time(input.validFromAt), time(input.expiresAt)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
  )
  const signature = sign('sha256', toBeSigned, privateKey)
  const der = sequence(toBeSigned, algorithm, element(0x03, Buffer.concat([Buffer.from([0]), signature])))
  const lines = der.toString('base64').match(/.{1,64}/g) ?? []
  return { privateKey, der, pem: ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n') }
}

/** A DER element: tag, length, content. */
function element(tag: number, content: Buffer): Buffer {
  const { length } = content
  const lengthBytes = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...lengthBytes]), content])
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return element(0x30, Buffer.concat(parts))
}

function set(...parts: readonly Buffer[]): Buffer {
  return element(0x31, Buffer.concat(parts))
}

/** UTCTime, as certificates have it up to 2049. */
function time(at: number): Buffer {
  const digits = new Date(at).toISOString().replaceAll(/[-:T]/g, '').slice(2, 14)
  return element(0x17, Buffer.from(`${digits}Z`))
}

function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  return element(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]))
}

function base128(value: number): readonly number[] {
  const low = [value & 0x7f]
  for (let rest = value >> 7; rest > 0; rest >>= 7) low.unshift((rest & 0x7f) | 0x80)
  return low
}
