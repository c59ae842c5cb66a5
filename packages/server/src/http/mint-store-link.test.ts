import { expect, test } from 'vitest'
import { BlobStoreUnavailable } from '../artifacts/blob-store-unavailable.ts'
import type { StoreLinks } from '../artifacts/store-links.ts'
import { anArtifact } from '../artifacts/testing/an-artifact.ts'
import { hourMs } from '../kernel/hours.ts'
import { createFakeClock } from '../kernel/testing/fake-clock.ts'
import { mintStoreLink } from './mint-store-link.ts'

const now = Date.UTC(2026, 4, 9, 12, 0, 0, 700)
const wholeSecond = now - 700
const mint = (linkTo: StoreLinks['linkTo']) =>
  mintStoreLink(
    { storeLinks: { linkTo }, clock: createFakeClock(now), lifetimeHours: 24 },
    anArtifact({ fileName: 'Größe.csv' }),
  )

test('a link of the store ends when one of ours would, and shows the file as ours does', async () => {
  const asked: unknown[] = []
  await mint(async (...all) => {
    asked.push(...all)
    return { url: 'https://store', expiresAt: all[2] }
  })
  expect(asked).toEqual([
    'blob-1',
    {
      contentType: 'text/csv; charset=utf-8',
      contentDisposition: `attachment; filename="Gr__e.csv"; filename*=UTF-8''Gr%C3%B6%C3%9Fe.csv`,
    },
    wholeSecond + 24 * hourMs,
  ])
})

test('a link that the store ends earlier says so', async () => {
  const link = await mint(async () => ({ url: 'https://store', expiresAt: wholeSecond + hourMs }))
  expect(link.expiresAt).toBe(wholeSecond + hourMs)
})

test('a store that is away when a link needs it is a refusal in words, a bug stays a bug', async () => {
  const away = new BlobStoreUnavailable('ECONNREFUSED')
  await expect(mint(() => Promise.reject(away))).rejects.toMatchObject({ code: 'files_unavailable', cause: away })
  const bug = new TypeError('undefined is not a function')
  await expect(mint(() => Promise.reject(bug))).rejects.toBe(bug)
})
