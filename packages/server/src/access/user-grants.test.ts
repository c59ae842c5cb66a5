import type { TokenAnswer } from '@almanac/api'
import { decodeJwt } from 'jose'
import { expect, test } from 'vitest'
import { serverItself } from '../kernel/audit-entry.ts'
import { dayMs, minuteMs } from '../kernel/hours.ts'
import { addUser } from './add-user.ts'
import { setAccountStanding, setClientStanding } from './change-client.ts'
import { issueToken } from './issue-token.ts'
import { OAuthError, oauthErrorAnswer } from './oauth-error.ts'
import { removeUser } from './remove-user.ts'
import { createInstallation, resource } from './testing/installation.ts'
import { createOwnVerifier } from './testing/own-verifier.ts'

/** An installation in which users log in, with one, by Contoso's client. */
async function open() {
  const made = await createInstallation()
  const installation = { ...made, users: made.userStore }
  const { clientId } = { clientId: made.contoso.client.id }
  const { password } = await addUser(installation, serverItself, { clientId, name: 'Ana@Contoso.example' })
  const ask = async (form: Readonly<Record<string, string>>): Promise<TokenAnswer | string> => {
    try {
      return (await issueToken(installation, installation.request(form))) as TokenAnswer
    } catch (error) {
      if (!(error instanceof OAuthError)) throw error
      const { status, body } = oauthErrorAnswer(error, { traceId: 't', correlationId: 'c', now: 0 })
      return `${status} ${body.error} ${body.error_codes[0]}`
    }
  }
  const logIn = (change: Readonly<Record<string, string>> = {}) =>
    ask({ grant_type: 'password', username: 'ana@contoso.example', password, scope: 'openid', ...change })
  const refresh = (token: string) => ask({ grant_type: 'refresh_token', refresh_token: token })
  return { installation, clientId, ask, logIn, refresh, password }
}

function answered(answer: TokenAnswer | string): TokenAnswer & { readonly refresh_token: string } {
  if (typeof answer === 'string' || answer.refresh_token === undefined) throw new Error(`got ${JSON.stringify(answer)}`)
  return { ...answer, refresh_token: answer.refresh_token }
}

test('a user logs in by name and password, and gets a token of the client with a refresh token', async () => {
  const { installation, clientId, logIn } = await open()
  const answer = answered(await logIn({ username: ' ANA@contoso.example ' }))
  expect(answer).toMatchObject({ token_type: 'Bearer', expires_in: '3599', resource, scope: 'user_impersonation' })
  expect(decodeJwt(answer.access_token)).toMatchObject({ appid: clientId, upn: 'ana@contoso.example' })
  expect(await createOwnVerifier(installation)(answer.access_token)).toMatchObject({ accountId: 'contoso', clientId })
})

test('neither password nor refresh token is kept in clear', async () => {
  const { installation, clientId, logIn, password } = await open()
  const { refresh_token: token } = answered(await logIn())
  const users = await installation.userStore.listUsers(clientId)
  expect(JSON.stringify(users)).not.toContain(password)
  expect(users[0]?.passwordHash).toMatch(/^\$scrypt\$/)
  const byToken = await installation.userStore.takeRefreshToken(
    { hash: token, clientId },
    { hash: 'x', createdAt: 0, endsAt: 1 },
  )
  expect(byToken).toEqual({ kind: 'unknown' })
})

test('wrong passwords and unknown users are told alike, and slowed', async () => {
  const { logIn } = await open()
  expect(await logIn({ password: 'wrong' })).toBe('400 invalid_grant 50126')
  expect(await logIn({ username: 'bob@contoso.example' })).toBe('400 invalid_grant 50126')
  for (let count = 0; count < 5; count += 1) await logIn({ password: 'wrong' })
  expect(await logIn()).toBe('429 temporarily_unavailable 90055')
})

test('the client must prove itself all the same', async () => {
  const { logIn, ask } = await open()
  expect(await logIn({ client_secret: 'wrong' })).toBe('401 invalid_client 7000215')
  expect(await logIn({ client_secret: '' })).toBe('400 invalid_request 900144')
  expect(await logIn({ password: '' })).toBe('400 invalid_request 900144')
  expect(await ask({ grant_type: 'refresh_token' })).toBe('400 invalid_request 900144')
})

test('a refresh token is good once; when it comes again, all that came of the log-in have ended', async () => {
  const { logIn, refresh } = await open()
  const first = answered(await logIn())
  const other = answered(await logIn())
  const second = answered(await refresh(first.refresh_token))
  expect(second.refresh_token).not.toBe(first.refresh_token)
  const third = answered(await refresh(second.refresh_token))
  expect(await refresh(first.refresh_token)).toBe('400 invalid_grant 70000')
  expect(await refresh(third.refresh_token)).toBe('400 invalid_grant 70000')
  // Another log-in, on another machine of the user, goes on.
  answered(await refresh(other.refresh_token))
  expect(await refresh('alr_made-up')).toBe('400 invalid_grant 70000')
})

test('a refresh token ends after 90 days', async () => {
  const { installation, logIn, refresh } = await open()
  const { refresh_token: first } = answered(await logIn())
  await installation.clock.advance(90 * dayMs - minuteMs)
  const { refresh_token: second } = answered(await refresh(first))
  await installation.clock.advance(90 * dayMs)
  expect(await refresh(second)).toBe('400 invalid_grant 700082')
})

test('it ends with its user, its client and its account', async () => {
  const { installation, clientId, logIn, refresh } = await open()
  const { refresh_token: token } = answered(await logIn())
  await setClientStanding(installation, serverItself, { clientId, standing: 'disabled' })
  expect(await refresh(token)).toBe('400 unauthorized_client 7000112')
  await setClientStanding(installation, serverItself, { clientId, standing: 'enabled' })
  await setAccountStanding(installation, serverItself, { accountId: 'contoso', standing: 'disabled' })
  expect(await refresh(token)).toBe('400 unauthorized_client 7000112')
  await setAccountStanding(installation, serverItself, { accountId: 'contoso', standing: 'enabled' })
  const { refresh_token: next } = answered(await refresh(token))
  await addUser(installation, serverItself, { clientId, name: 'bob' })
  await removeUser(installation, serverItself, { clientId, name: 'ANA@contoso.example' })
  expect(await refresh(next)).toBe('400 invalid_grant 70000')
  expect(await logIn()).toBe('400 invalid_grant 50126')
})

test('it is of one client: another one of the account gets nothing for it', async () => {
  const { installation, clientId, logIn } = await open()
  const { refresh_token: token } = answered(await logIn())
  expect(
    await installation.userStore.takeRefreshToken(
      { hash: token, clientId: `${clientId}x` },
      { hash: 'x', createdAt: 0, endsAt: 1 },
    ),
  ).toEqual({ kind: 'unknown' })
})

test('these grants are for clients with users, where users log in: elsewhere they are not supported', async () => {
  const { installation, clientId, logIn, ask } = await open()
  await removeUser(installation, serverItself, { clientId, name: 'ana@contoso.example' })
  expect(await logIn()).toBe('400 unsupported_grant_type 70003')
  expect(await ask({ grant_type: 'authorization_code' })).toBe('400 unsupported_grant_type 70003')
  const elsewhere = await createInstallation()
  for (const grant of ['password', 'refresh_token']) {
    await expect(issueToken(elsewhere, elsewhere.request({ grant_type: grant }))).rejects.toMatchObject({
      code: 'unsupported_grant',
    })
  }
})

test('a name is there once, in any case, and has an end', async () => {
  const { installation, clientId } = await open()
  const add = (name: string) => addUser(installation, serverItself, { clientId, name })
  await expect(add('ANA@CONTOSO.example')).rejects.toMatchObject({ code: 'invalid_request' })
  for (const name of ['', 'x'.repeat(201), 'a\nb']) {
    await expect(add(name)).rejects.toMatchObject({ code: 'invalid_request' })
  }
  await expect(removeUser(installation, serverItself, { clientId, name: 'bob' })).rejects.toMatchObject({
    code: 'not_found',
  })
})
