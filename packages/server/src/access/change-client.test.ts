import { expect, test } from 'vitest'
import { serverItself } from '../kernel/audit-entry.ts'
import { secondMs } from '../kernel/hours.ts'
import { setAccountStanding, setClientRoles, setClientStanding } from './change-client.ts'
import { issueToken } from './issue-token.ts'
import { createInstallation } from './testing/installation.ts'
import { createOwnVerifier } from './testing/own-verifier.ts'

test.each(['client', 'account'] as const)(
  'a disabled %s is out within five seconds, and in again when enabled',
  async (what) => {
    const installation = await createInstallation()
    const verify = createOwnVerifier(installation)
    const clientId = installation.contoso.client.id
    const set = (standing: 'enabled' | 'disabled') =>
      what === 'client'
        ? setClientStanding(installation, serverItself, { clientId, standing })
        : setAccountStanding(installation, serverItself, { accountId: 'contoso', standing })
    const { access_token: token } = await issueToken(installation, installation.request())
    await verify(token)

    await set('disabled')
    await installation.clock.advance(5 * secondMs)
    await expect(verify(token)).rejects.toMatchObject({ code: 'unauthorized' })
    await expect(issueToken(installation, installation.request())).rejects.toMatchObject({ code: 'disabled_client' })

    await set('enabled')
    expect(await verify(token)).toMatchObject({ clientId })
    await issueToken(installation, installation.request())
  },
)

test('disabling twice is one line of the log, and says when it began', async () => {
  const installation = await createInstallation()
  const clientId = installation.contoso.client.id
  const before = (await installation.audit.head()).number
  const disable = () => setClientStanding(installation, serverItself, { clientId, standing: 'disabled' })
  const at = installation.clock.now()
  await disable()
  await installation.clock.advance(secondMs)
  await disable()
  expect((await installation.audit.head()).number).toBe(before + 1)
  expect(await installation.clients.findClient(clientId)).toMatchObject({ disabledAt: at })
})

test('other roles are in the log with those before', async () => {
  const installation = await createInstallation()
  const clientId = installation.contoso.client.id
  await setClientRoles(installation, serverItself, { clientId, roles: ['Admin'] })
  expect(await installation.clients.findClient(clientId)).toMatchObject({ roles: ['Admin'] })
  const { number } = await installation.audit.head()
  const [line] = await installation.audit.read(number, 1)
  expect(JSON.parse(line!.text)).toMatchObject({
    action: 'client.roles_changed',
    object: { kind: 'client', id: clientId },
    detail: { before: ['Reports.Read', 'Reports.ReadWrite'], after: ['Admin'] },
  })
})

test('what is not there is not found', async () => {
  const installation = await createInstallation()
  const standing = 'disabled'
  for (const asked of [
    setClientStanding(installation, serverItself, { clientId: 'x', standing }),
    setClientRoles(installation, serverItself, { clientId: 'x', roles: [] }),
    setAccountStanding(installation, serverItself, { accountId: 'x', standing }),
  ]) {
    await expect(asked).rejects.toMatchObject({ code: 'not_found' })
  }
})
