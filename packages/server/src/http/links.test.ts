import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { rotateKey } from '../access/rotate-key.ts'
import { serverItself } from '../kernel/audit-entry.ts'
import type { AuditAction } from '../kernel/audit-entry.ts'
import { hourMs, secondMs } from '../kernel/hours.ts'
import { openApp, publicUrl, type TestApp, type TestClient } from './testing/open-app.ts'

// Who holds a link has a file, so each way to take one back is tried here, over the real stores and keys.

let house: TestApp
let partner: TestClient
afterEach(() => house.close())

const base = '/insights/v1.1/cmp'
const home = '203.0.113.7'

async function open(links: Partial<TestApp['deps']['links']> = {}) {
  house = await openApp({
    links: { lifetimeHours: 24, compress: 'when-accepted', singleUse: false, bindToAddress: false, ...links },
  })
  partner = await house.addClient('contoso', ['Reports.ReadWrite'])
}

async function makeReport(): Promise<string> {
  const query = await partner.ask('POST', `${base}/ScheduledQueries`, {
    Name: 'n',
    Query: 'SELECT OrderId FROM Orders TIMESPAN LIFETIME',
  })
  const { queryId } = query.json<{ value: { queryId: string }[] }>().value[0] ?? { queryId: '' }
  const made = await partner.ask('POST', `${base}/ScheduledReport`, {
    ReportName: 'r',
    QueryId: queryId,
    ExecuteNow: true,
  })
  await house.runDue()
  return made.json<{ value: { reportId: string }[] }>().value[0]?.reportId ?? ''
}

/** The link that a client is given which asks from `remoteAddress`. */
async function linkTo(reportId: string, client = partner, remoteAddress = home): Promise<string> {
  const answer = await house.app.inject({
    url: `${base}/ScheduledReport/execution/${reportId}`,
    remoteAddress,
    headers: { authorization: `Bearer ${client.token}` },
  })
  const [execution] = answer.json<{ value: { reportAccessSecureLink: string }[] }>().value
  return execution?.reportAccessSecureLink.slice(publicUrl.length) ?? ''
}

const get = (url: string, remoteAddress = home, method: 'GET' | 'HEAD' = 'GET') =>
  house.app.inject({ method, url, remoteAddress })
const codeOf = async (url: string, remoteAddress?: string) => {
  const answer = await get(url, remoteAddress)
  return answer.statusCode === 200 ? 'sent' : answer.json<{ error: { code: string } }>().error.code
}
const entry = (action: AuditAction, objectId: string) => ({
  ...serverItself,
  at: house.clock.now(),
  action,
  objectId,
  accountId: 'contoso',
  detail: {},
})

describe('a link dies', () => {
  let reportId: string
  let link: string
  beforeEach(async () => {
    await open()
    reportId = await makeReport()
    link = await linkTo(reportId)
  })

  test('by nothing else', async () => {
    expect([await codeOf(link), await codeOf(link)]).toEqual(['sent', 'sent'])
  })

  test('with its report', async () => {
    expect((await partner.ask('DELETE', `${base}/ScheduledReport/${reportId}`)).statusCode).toBe(200)
    expect(await codeOf(link)).toBe('artifact_gone')
  })

  test('with the client that asked for it, at once; a colleague’s goes on', async () => {
    const colleague = await house.addClient('contoso', ['Reports.Read'])
    const theirs = await linkTo(reportId, colleague)
    const disable = (disabledAt: number | null) =>
      house.stores.clients.changeClient(partner.id, { disabledAt }, entry('client.disabled', partner.id))
    await disable(house.clock.now())
    expect([await codeOf(link), await codeOf(theirs)]).toEqual(['link_refused', 'sent'])
    await disable(null)
    expect(await codeOf(link)).toBe('sent')
  })

  test('with the account', async () => {
    const disabledAt = house.clock.now()
    await house.stores.clients.changeAccount('contoso', { disabledAt }, entry('account.disabled', 'contoso'))
    expect(await codeOf(link)).toBe('link_refused')
  })

  test('with its key, when keys are changed at once, and new links work', async () => {
    await rotate('at-once')
    // Other servers, and this one, look at the keys again within ten seconds.
    await house.clock.advance(10 * secondMs)
    expect(await codeOf(link)).toBe('link_refused')
    expect(await codeOf(await linkTo(reportId))).toBe('sent')
  })

  test('but not when keys are changed as usual, until it ends by itself', async () => {
    await rotate('overlap')
    await house.clock.advance(hourMs)
    expect(await codeOf(link)).toBe('sent')
    await house.clock.advance(23 * hourMs)
    expect(await codeOf(link)).toBe('link_expired')
  })

  const rotate = (changeover: 'overlap' | 'at-once') =>
    rotateKey(
      { keys: house.stores.keys, clock: house.clock, newId: house.deps.newId, linkLifetimeHours: 24 },
      serverItself,
      { purpose: 'link', changeover },
    )
})

describe('where links work once', () => {
  let reportId: string
  beforeEach(async () => {
    await open({ singleUse: true })
    reportId = await makeReport()
  })

  test('the second download is refused, and of ten at the same time one is sent', async () => {
    const link = await linkTo(reportId)
    // Looking is no use.
    expect((await get(link, home, 'HEAD')).statusCode).toBe(200)
    expect([await codeOf(link), await codeOf(link)]).toEqual(['sent', 'link_used'])
    const another = await linkTo(reportId)
    const codes = await Promise.all(Array.from({ length: 10 }, () => codeOf(another)))
    expect(codes.toSorted()).toEqual([...Array<string>(9).fill('link_used'), 'sent'])
  })

  test('a part of the file is a use, too, and reportLocation works as often as one likes', async () => {
    const link = await linkTo(reportId)
    const part = await house.app.inject({ url: link, headers: { range: 'bytes=0-3' } })
    expect([part.statusCode, await codeOf(link)]).toEqual([206, 'link_used'])
  })
})

test('where links are bound, one works from the address that asked for it alone', async () => {
  await open({ bindToAddress: true })
  const reportId = await makeReport()
  const link = await linkTo(reportId)
  expect([await codeOf(link), await codeOf(link, '203.0.113.8'), await codeOf(link)]).toEqual([
    'sent',
    'link_refused',
    'sent',
  ])
  const ofIpv6 = await linkTo(reportId, partner, '2001:db8:1:2::5')
  expect([await codeOf(ofIpv6, '2001:db8:1:2:9::1'), await codeOf(ofIpv6, '2001:db8:1:3::5')]).toEqual([
    'sent',
    'link_refused',
  ])
})
