import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { AuditAction } from '../kernel/audit-entry.ts'
import { lockFolder } from '../kernel/lock-folder.ts'
import { createFakeClock } from '../kernel/testing/fake-clock.ts'
import { useTestDatabase, type MakeTestDatabase } from '../stores/testing/test-database.ts'
import { aClient, anAccount, anEntry, aSecret } from './testing/a-client.ts'
import { tellUnknownOutcomes } from './tell-unknown-outcomes.ts'
import { verifyAuditLog } from './verify-audit-log.ts'

/** What every audit log does. */
export function auditLogContract(name: string, makeDatabase: MakeTestDatabase): void {
  describe(`an audit log (${name})`, () => {
    const database = useTestDatabase(makeDatabase)

    test('is empty and whole at first', async () => {
      const { audit } = database.stores
      expect(await audit.read(1, 10)).toEqual([])
      expect(await verifyAuditLog(audit, null)).toMatchObject({ lines: 0, faults: [] })
    })

    test('keeps who, what, to which object and from where, and gives lines in order', async () => {
      const { audit } = database.stores
      const entry = anEntry('report.deleted', {
        at: Date.UTC(2026, 2, 2, 12, 0, 0, 7),
        actor: { kind: 'client', accountId: 'contoso', clientId: 'client-1' },
        requestId: 'request-1',
        address: '203.0.113.7',
        accountId: 'contoso',
        objectId: 'report-1',
        detail: { name: 'Sales "2026"', parts: ['a', 'b'], rows: 3, last: null },
      })
      await audit.append(entry)
      await audit.append(anEntry())
      const [first, second] = await audit.read(1, 10)
      expect(first?.text).toBe(
        '{"accountId":"contoso","action":"report.deleted",' +
          '"actor":{"accountId":"contoso","clientId":"client-1","kind":"client"},"address":"203.0.113.7",' +
          '"detail":{"last":null,"name":"Sales \\"2026\\"","parts":["a","b"],"rows":3},"number":1,' +
          '"object":{"id":"report-1","kind":"report"},"requestId":"request-1","time":"2026-03-02T12:00:00.007Z"}',
      )
      expect(await audit.read(2, 10)).toEqual([second])
      expect(await audit.head()).toEqual({ number: 2, hash: second?.hash })
    })

    test('lines of several servers make one chain', async () => {
      const stores = [database.stores, await database.connectAgain(), await database.connectAgain()]
      await Promise.all(
        Array.from({ length: 10 }, () => stores.map(({ audit }) => audit.append(anEntry('key.rotated')))).flat(),
      )
      expect(await verifyAuditLog(database.stores.audit, null)).toMatchObject({ lines: 30, faults: [] })
    })

    test('what was begun and never told to be done is told of unknown outcome, once, whoever looks', async () => {
      const clock = createFakeClock(Date.UTC(2026, 2, 2))
      const folder = await mkdtemp(join(tmpdir(), 'almanac-audit-'))
      onTestFinished(() => rm(folder, { recursive: true, force: true }))
      const { audit } = database.stores
      const load = (action: AuditAction, dataVersion: string) =>
        anEntry(action, { objectId: 'cmp/Orders', accountId: null, detail: { dataVersion } })
      await audit.append(load('data.load_begun', '1-a'), load('data.loaded', '1-a'))
      // Twice the same: not done the first time. Another was begun and not done at all.
      await audit.append(load('data.load_begun', '2-b'), load('data.load_begun', '2-b'), load('data.loaded', '2-b'))
      await audit.append(load('data.switch_begun', '1-a'), anEntry('clock.move_begun', { objectId: 'clock' }))

      const stores = [database.stores, await database.connectAgain(), await database.connectAgain()]
      let isShareBroken = true
      const look = (isAtClock: boolean) =>
        Promise.all(
          stores.map(({ audit, installation }) =>
            tellUnknownOutcomes({
              audit,
              installation,
              clock,
              onError: (error) => expect(error).toEqual(new Error('no locks on this share')),
              async whileNobodyIsAt({ action }, work) {
                if (isShareBroken && action === 'data.load_begun') throw new Error('no locks on this share')
                if (isAtClock && action === 'clock.move_begun') return false
                const unlock = lockFolder(folder)
                if (unlock === undefined) return false
                await work({ versionInForce: 2 }).finally(unlock)
                return true
              },
            }),
          ),
        )
      const added = async () =>
        (await audit.read(8, 100)).map(({ text }) => {
          const { action, detail } = JSON.parse(text) as { action: string; detail: unknown }
          return `${action} ${JSON.stringify(detail)}`
        })
      await look(true)
      // One that can't be looked at keeps nobody from telling of another, and is told of later.
      expect(await added()).toEqual(['data.switch_outcome_unknown {"begun":6,"versionInForce":2}'])
      isShareBroken = false
      await look(true)
      await look(true)
      const lost = [
        'data.load_outcome_unknown {"begun":3,"versionInForce":2}',
        'data.switch_outcome_unknown {"begun":6,"versionInForce":2}',
      ]
      expect((await added()).toSorted()).toEqual(lost)
      await look(false)
      await look(false)
      expect((await added()).toSorted()).toEqual(['clock.move_outcome_unknown {"begun":7,"versionInForce":2}', ...lost])
      expect(await verifyAuditLog(audit, null)).toMatchObject({ lines: 10, faults: [] })
    })

    test('a change that fails leaves no line, and one that is made leaves one', async () => {
      const { clients, audit } = database.stores
      const insert = () => clients.insertClient(aClient(), { kind: 'secret', secret: aSecret() }, anEntry())
      await expect(insert()).rejects.toBeInstanceOf(Error)
      expect((await audit.head()).number).toBe(0)
      await clients.putAccount(anAccount(), anEntry('account.added'))
      await clients.putAccount(anAccount(), anEntry('account.added'))
      await insert()
      expect(await clients.changeClient('nobody', { disabledAt: 1 }, anEntry('client.disabled'))).toBe(false)
      expect(await clients.changeAccount('nobody', { disabledAt: 1 }, anEntry('account.disabled'))).toBe(false)
      expect((await audit.head()).number).toBe(2)
    })
  })
}
