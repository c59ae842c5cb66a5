import { expect } from 'vitest'
import { call, pollExecutions } from './call.ts'

/** The path of the API in the version that has everything. */
export const base = '/insights/v1.1/cmp'

interface Server {
  readonly url: string
}

/** Saves a query and gives its id. */
export async function saveQuery(server: Server, token: string, name: string, text: string): Promise<string> {
  const { status, body } = await call(
    server,
    token,
    'POST',
    `${base}/ScheduledQueries`,
    JSON.stringify({ Name: name, Query: text }),
  )
  expect([status, body.message]).toEqual([200, 'Query created successfully'])
  return String(body.value[0]?.queryId)
}

/** Creates a report of a saved query and gives its id. `schedule` is ExecuteNow unless it says otherwise. */
export async function createReport(
  server: Server,
  token: string,
  name: string,
  queryId: string,
  schedule: object = { ExecuteNow: true },
): Promise<string> {
  const { status, body } = await call(
    server,
    token,
    'POST',
    `${base}/ScheduledReport`,
    JSON.stringify({ ReportName: name, QueryId: queryId, ...schedule }),
  )
  expect([status, body.message]).toEqual([200, 'Report created successfully'])
  return String(body.value[0]?.reportId)
}

/** A completed execution, as its answer shows it. */
export interface CompletedExecution {
  readonly executionId: string
  readonly reportId: string
  readonly reportAccessSecureLink: string
  readonly reportLocation: string
}

/** Waits until the latest execution of a report has completed, and gives it. */
export async function completed(server: Server, token: string, reportId: string): Promise<CompletedExecution> {
  const path = `${base}/ScheduledReport/execution/${reportId}`
  const { body } = await pollExecutions(
    server,
    token,
    path,
    // A failed one never completes: it ends the wait, and the check below.
    (answer) => answer.status === 200 || answer.body.value.some((each) => each.executionStatus === 'Failed'),
  )
  expect(body.value).toMatchObject([{ reportId, executionStatus: 'Completed' }])
  return body.value[0] as unknown as CompletedExecution
}

/** The file behind a secure link, as text. */
export async function download({ reportAccessSecureLink }: CompletedExecution): Promise<string> {
  const response = await fetch(reportAccessSecureLink)
  expect(response.status).toBe(200)
  return response.text()
}
