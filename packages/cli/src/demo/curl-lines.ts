import type { Announcement } from './serve-child.ts'
import { demoQuery } from './demo-query.ts'
import type { Walked } from './walk.ts'

/** The calls of the documentation with this server's addresses and ids filled in, ready to be pasted into a shell. */
export function curlLines({ url, tenantId, program, clients }: Announcement, walked: Walked): readonly string[] {
  const [client] = clients
  if (client === undefined) return []
  const base = `${url}/insights/v1.1/${program}`
  const authorization = '--header "Authorization: Bearer $TOKEN"'
  const json = "--header 'Content-Type: application/json'"
  const newQuery = { Query: demoQuery, Name: 'Paid usage', Description: 'Made with curl' }
  const newReport = { ReportName: 'Paid usage, every two days', QueryId: walked.queryId, ...schedule }
  return [
    '# A token, good for an hour',
    `TOKEN=$(curl --silent --request POST ${quoted(`${url}/${tenantId}/oauth2/token`)} \\`,
    "  --data-urlencode 'resource=https://api.partnercenter.microsoft.com' \\",
    `  --data-urlencode ${quoted(`client_id=${client.clientId}`)} \\`,
    `  --data-urlencode ${quoted(`client_secret=${client.clientSecret}`)} \\`,
    `  --data-urlencode 'grant_type=client_credentials' | sed 's/.*"access_token": *"\\([^"]*\\)".*/\\1/')`,
    '',
    '# The datasets',
    `curl ${quoted(`${base}/ScheduledDataset`)} ${authorization}`,
    '',
    '# Save a query',
    `curl --request POST ${quoted(`${base}/ScheduledQueries`)} ${authorization} ${json} \\`,
    `  --data-raw ${quoted(JSON.stringify(newQuery))}`,
    '',
    '# Try a query',
    `curl --get ${quoted(`${base}/ScheduledQueries/testQueryResult`)} ${authorization} \\`,
    `  --data-urlencode ${quoted(`exportQuery=${demoQuery}`)}`,
    '',
    '# Schedule it every two days, twenty times',
    `curl --request POST ${quoted(`${base}/ScheduledReport`)} ${authorization} ${json} \\`,
    `  --data-raw ${quoted(JSON.stringify(newReport))}`,
    '',
    '# The run of the report that the demo made',
    `curl ${quoted(`${base}/ScheduledReport/execution/${walked.reportId}`)} ${authorization}`,
    '',
    '# Its file; the link needs no token',
    `curl --remote-name ${quoted(walked.secureLink ?? '')}`,
  ]
}

const schedule = {
  StartTime: '2024-01-06T19:00:00Z',
  RecurrenceInterval: 48,
  RecurrenceCount: 20,
  Format: 'csv',
}

/** Text as one word of a POSIX shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}
