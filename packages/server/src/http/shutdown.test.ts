import { once } from 'node:events'
import { connect, type AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { openApp } from './testing/open-app.ts'

test('what comes over a connection that is open while a server ends is served, and the connection ends with the answer', async () => {
  const house = await openApp()
  const { token } = await house.addClient('contoso', ['Reports.Read'])
  await house.app.listen({ port: 0 })
  const accepted = once(house.app.server, 'connection')
  const socket = connect((house.app.server.address() as AddressInfo).port)
  await accepted

  const closed = house.app.close()
  socket.write(`GET /insights/v1.1/cmp/ScheduledReport HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n\r\n`)
  const answer = await text(socket)
  expect(answer).toMatch(/^HTTP\/1\.1 200 /)
  expect(answer).toMatch(/^connection: close\r$/im)
  await closed
  await house.close()
})
