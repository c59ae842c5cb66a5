import { describe, expect, test } from 'vitest'
import { useTestDatabase, type MakeTestDatabase } from '../stores/testing/test-database.ts'
import { aClient, anAccount, anEntry, aSecret } from './testing/a-client.ts'
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
