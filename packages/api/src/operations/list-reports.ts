import { Type } from 'typebox'
import { reportExampleV1, reportExampleV11 } from '../examples.ts'
import { readers, type Operation } from '../operation.ts'
import { examplesOf, records, refusals } from '../responses.ts'
import { paging, program } from '../schemas/parameters.ts'
import { ReportV1, ReportV11 } from '../schemas/report.ts'
import { apiVersions } from '../versions.ts'

export const listReports = {
  id: 'listReports',
  method: 'GET',
  path: '/insights/{version}/{program}/ScheduledReport',
  versions: apiVersions,
  tag: 'Reports',
  summary: 'List reports',
  description: "The account's reports, newest first.",
  roles: readers,
  params: Type.Object(program),
  query: Type.Object({
    reportId: Type.Optional(Type.String({ description: 'One id, or several separated by `;`.' })),
    reportName: Type.Optional(Type.String({ description: 'The whole name, in any case.' })),
    queryId: Type.Optional(Type.String({ description: 'Reports on this query.' })),
    ...paging,
  }),
  body: null,
  responses: {
    200: records(
      { v1: ReportV1, 'v1.1': ReportV11 },
      'Report fetched successfully',
      examplesOf(reportExampleV1, reportExampleV11),
    ),
    ...refusals(400, 401, 403, 404, 500),
  },
} satisfies Operation
