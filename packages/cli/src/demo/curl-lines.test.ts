import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { curlLines } from './curl-lines.ts'
import { demoQuery } from './demo-query.ts'

const run = promisify(execFile)

const announcement = {
  url: 'http://127.0.0.1:8080',
  tenantId: 'tenant-1',
  program: 'cmp',
  clients: [{ account: 'a', clientId: 'client-1', clientSecret: "it's a secret" }],
  pid: 1,
}
const walked = {
  queryId: 'query-1',
  reportId: 'report-1',
  secureLink: 'http://127.0.0.1:8080/download/1/Paid%20usage.csv?expires=1&key=k&signature=s',
}

test('a shell that runs the lines calls curl with every address and value as it is', async () => {
  // Stands in for curl: answers the token request, and writes every other call's words, one a line.
  const curl = `curl() {
    case "$*" in
      */oauth2/token*) for word in "$@"; do printf '%s\\n' "$word" >&2; done; printf '{"token_type":"Bearer","access_token":"the.token","x":1}';;
      *) printf '%s\\n' "$@" --;;
    esac
  }`
  const script = [curl, ...curlLines(announcement, walked)].join('\n')
  const { stdout, stderr } = await run('sh', ['-eu', '-c', script])
  expect(stderr.split('\n')).toEqual(
    expect.arrayContaining([
      'http://127.0.0.1:8080/tenant-1/oauth2/token',
      "client_secret=it's a secret",
      'client_id=client-1',
    ]),
  )
  const calls = stdout.split('\n--\n').map((call) => call.split('\n'))
  expect(calls.slice(0, 5).every((words) => words.includes('Authorization: Bearer the.token'))).toBe(true)
  const base = 'http://127.0.0.1:8080/insights/v1.1/cmp'
  expect(calls[0]).toContain(`${base}/ScheduledDataset`)
  expect(JSON.parse(calls[1]?.at(-1) ?? '')).toMatchObject({ Query: demoQuery })
  expect(calls[2]).toContain(`exportQuery=${demoQuery}`)
  expect(JSON.parse(calls[3]?.at(-1) ?? '')).toMatchObject({ QueryId: 'query-1', RecurrenceInterval: 48 })
  expect(calls[4]).toContain(`${base}/ScheduledReport/execution/report-1`)
  expect(calls[5]).toEqual(['--remote-name', walked.secureLink])
})
