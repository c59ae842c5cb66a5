// Publishes a file as a worker would, in a process of its own: to be killed on the way, and to have its memory measured.
// Started with one argument, an `UploadOrder` as JSON; prints the `UploadFigures` at its end.
import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { once } from 'node:events'
import { openBlobs } from '../../open-blobs.ts'
import type { Settings } from '../../config/settings.ts'

export interface UploadOrder {
  readonly settings: Pick<Settings, 'artifacts' | 'dataFolder'>
  readonly tenantId: string
  readonly key: string
  readonly sizeBytes: number
}

export interface UploadFigures {
  readonly grownMiB: number
  readonly sameBytes: boolean
}

const { settings, tenantId, key, sizeBytes } = JSON.parse(process.argv[2] ?? '') as UploadOrder
const { store } = await openBlobs(settings as Settings, tenantId)

/** A file of numbered blocks, so that no two parts are equal. */
async function stage(name: string, size: number): Promise<string> {
  const hash = createHash('sha256')
  const file = createWriteStream(store.stagingPath(name))
  const block = Buffer.alloc(2 ** 20, 'almanac ')
  for (let at = 0; at < size; at += block.length) {
    block.writeUInt32LE(at / block.length)
    const bytes = Buffer.from(block.subarray(0, Math.min(block.length, size - at)))
    hash.update(bytes)
    if (!file.write(bytes)) await once(file, 'drain')
  }
  file.end()
  await once(file, 'close')
  return hash.digest('hex')
}

// What every upload needs once (code, buffers, connections) is no growth.
const warmBytes = 30 * 2 ** 20
await store.publish('warm', { sizeBytes: warmBytes, sha256: await stage('warm', warmBytes) })
const sha256 = await stage(key, sizeBytes)
process.stdout.write('staged\n')

const before = process.memoryUsage.rss()
let highest = before
const watch = setInterval(() => (highest = Math.max(highest, process.memoryUsage.rss())), 20)
await store.publish(key, { sizeBytes, sha256 })
const hash = createHash('sha256')
for await (const chunk of (await store.open(key)) ?? []) hash.update(chunk as Buffer)
clearInterval(watch)
await stat(store.stagingPath(key)).then(
  () => Promise.reject(new Error('the staging file is still there')),
  () => undefined,
)
const figures: UploadFigures = {
  grownMiB: Math.round((highest - before) / 2 ** 20),
  sameBytes: hash.digest('hex') === sha256,
}
process.stdout.write(`${JSON.stringify(figures)}\n`)
