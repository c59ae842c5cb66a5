import { describe, expect, test } from 'vitest'
import { minuteMs } from '../kernel/hours.ts'
import { useTestDatabase, type MakeTestDatabase } from '../stores/testing/test-database.ts'
import { aCertificate, aClient, anEntry, aSecret, enrol } from './testing/a-client.ts'

/** What every store of credentials does. */
export function credentialStoreContract(name: string, makeDatabase: MakeTestDatabase): void {
  describe(`a store of credentials (${name})`, () => {
    const database = useTestDatabase(makeDatabase)
    const limit = { most: 2, now: 1_000 }

    test('keeps secrets as they are, the oldest first, apart for each client', async () => {
      const { clients, credentials } = database.stores
      await enrol(clients, aClient(), aSecret({ createdAt: 5 }))
      await enrol(clients, aClient({ id: 'client-2' }))
      const older = aSecret({ id: 'secret-2', createdAt: 3, expiresAt: 4_000, hint: 'wxyz' })
      expect(await credentials.insertSecret(older, limit, anEntry('secret.added'))).toBe('inserted')
      expect(await credentials.listSecrets('client-1')).toEqual([older, aSecret({ createdAt: 5 })])
      expect(await credentials.listSecrets('client-2')).toHaveLength(1)
      expect(await credentials.listSecrets('client-3')).toEqual([])
    })

    test('takes no more live ones than the limit, on several servers at once; a refused one leaves no line', async () => {
      const { clients, credentials, audit } = database.stores
      await enrol(clients, aClient(), aSecret({ expiresAt: 1_000 }))
      const before = (await audit.head()).number
      const stores = [database.stores, await database.connectAgain(), await database.connectAgain()]
      const came = await Promise.all(
        stores.map((store, index) =>
          store.credentials.insertSecret(aSecret({ id: `new-${index}` }), limit, anEntry('secret.added')),
        ),
      )
      expect(came.toSorted()).toEqual(['full', 'inserted', 'inserted'])
      expect(await credentials.listSecrets('client-1')).toHaveLength(3)
      expect((await audit.head()).number).toBe(before + 2)
    })

    test("removes a client's own secret only", async () => {
      const { clients, credentials } = database.stores
      await enrol(clients, aClient(), aSecret())
      await enrol(clients, aClient({ id: 'client-2' }))
      const remove = (clientId: string) =>
        credentials.removeSecret({ clientId, id: 'secret-1', keepsOneAt: null }, anEntry('secret.removed'))
      expect([await remove('client-2'), await remove('client-1')]).toEqual(['unknown', 'removed'])
      expect(await credentials.listSecrets('client-1')).toEqual([])
    })

    test('notes uses a minute apart', async () => {
      const { clients, credentials } = database.stores
      await enrol(clients, aClient(), aSecret())
      const used = async () => (await credentials.listSecrets('client-1'))[0]?.lastUsedAt
      await credentials.noteSecretUsed('secret-1', 1_000)
      await credentials.noteSecretUsed('secret-1', 1_000 + minuteMs - 1)
      expect(await used()).toBe(1_000)
      await credentials.noteSecretUsed('secret-1', 1_000 + minuteMs)
      expect(await used()).toBe(1_000 + minuteMs)
    })

    test('keeps certificates as they are, each once', async () => {
      const { clients, credentials } = database.stores
      await enrol(clients, aClient())
      const certificate = aCertificate()
      const insert = (change: object) =>
        credentials.insertCertificate({ ...certificate, ...change }, limit, anEntry('certificate.added'))
      expect(await insert({})).toBe('inserted')
      expect(await insert({ subject: 'CN=other' })).toBe('known')
      expect(await credentials.listCertificates('client-1')).toEqual([certificate])
      expect(await insert({ thumbprint: 'second' })).toBe('inserted')
      expect(await insert({ thumbprint: 'third' })).toBe('full')
      await credentials.noteCertificateUsed('client-1', 'second', 7)
      expect((await credentials.listCertificates('client-1')).map(({ lastUsedAt }) => lastUsedAt)).toEqual([7, null])
      const remove = () =>
        credentials.removeCertificate(
          { clientId: 'client-1', id: 'second', keepsOneAt: null },
          anEntry('certificate.removed'),
        )
      expect([await remove(), await remove()]).toEqual(['removed', 'unknown'])
    })

    test('leaves one to who has to keep one, also when all are removed at once on several servers', async () => {
      const stores = [database.stores, await database.connectAgain(), await database.connectAgain()] as const
      const { clients, credentials, audit } = database.stores
      await enrol(clients, aClient(), aSecret())
      const keepsOneAt = 1_000
      for (let round = 0; round < 5; round += 1) {
        const clientId = `keeping-${round}`
        await enrol(clients, aClient({ id: clientId }), aSecret({ id: `a-${round}`, clientId }))
        // One that has ended is nothing to prove oneself by.
        const ended = aSecret({ id: `ended-${round}`, clientId, expiresAt: keepsOneAt })
        await credentials.insertSecret(ended, { most: 9, now: 0 }, anEntry())
        await credentials.insertSecret(aSecret({ id: `b-${round}`, clientId }), { most: 9, now: 0 }, anEntry())
        const certificate = aCertificate({ clientId, expiresAt: keepsOneAt + 1 })
        await credentials.insertCertificate(certificate, limit, anEntry())
        const before = (await audit.head()).number
        const removed = await Promise.all([
          stores[0].credentials.removeSecret({ clientId, id: `a-${round}`, keepsOneAt }, anEntry('secret.removed')),
          stores[1].credentials.removeSecret({ clientId, id: `b-${round}`, keepsOneAt }, anEntry('secret.removed')),
          stores[2].credentials.removeCertificate(
            { clientId, id: certificate.thumbprint, keepsOneAt },
            anEntry('certificate.removed'),
          ),
        ])
        expect(removed.toSorted()).toEqual(['last', 'removed', 'removed'])
        expect((await audit.head()).number).toBe(before + 2)
        const gone = { clientId, id: `ended-${round}`, keepsOneAt }
        expect(await credentials.removeSecret(gone, anEntry('secret.removed'))).toBe('removed')
      }
    })

    test('an assertion is used once, whichever server is asked, until it has ended', async () => {
      const stores = [database.stores, await database.connectAgain()]
      const used = { clientId: 'client-1', id: 'jti', endsAt: 5_000 }
      const both = await Promise.all(stores.map(({ credentials }) => credentials.useAssertion(used, 1_000)))
      expect(both.filter(Boolean)).toHaveLength(1)
      const { credentials } = database.stores
      expect(await credentials.useAssertion({ ...used, clientId: 'client-2' }, 1_000)).toBe(true)
      expect(await credentials.useAssertion({ ...used, id: 'other' }, 4_999)).toBe(true)
      expect(await credentials.useAssertion(used, 4_999)).toBe(false)
      // What has ended is refused for its age before anyone asks here; its row makes room.
      expect(await credentials.useAssertion({ ...used, endsAt: 9_000 }, 5_000)).toBe(true)
    })
  })
}
