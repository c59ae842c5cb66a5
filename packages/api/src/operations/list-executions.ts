import { Type } from 'typebox'
import { executionExampleV1, executionExampleV11 } from '../examples.ts'
import { readers, type Operation } from '../operation.ts'
import { examplesOf, records, refusals } from '../responses.ts'
import { paging, program } from '../schemas/parameters.ts'
import { ExecutionV1, ExecutionV11 } from '../schemas/execution.ts'
import { apiVersions } from '../versions.ts'

export const listExecutions = {
  id: 'listExecutions',
  method: 'GET',
  path: '/insights/{version}/{program}/ScheduledReport/execution/{reportId}',
  versions: apiVersions,
  tag: 'Executions',
  summary: 'List executions',
  description:
    'By default the latest completed execution of the report. Before the first completed one the status is 404, as documented, and `value` still carries the waiting or running execution. An explicit executionStatus filters instead; executionId alone takes the status filter away.',
  roles: readers,
  params: Type.Object({
    ...program,
    reportId: Type.String({ description: 'One id, or several separated by `;`.' }),
  }),
  query: Type.Object({
    executionId: Type.Optional(Type.String({ description: 'One id, or several separated by `;`.' })),
    executionStatus: Type.Optional(
      Type.String({
        description: '`Pending`, `Running`, `Paused`, `Completed`, `Failed`, or several separated by `;`.',
        default: 'Completed',
      }),
    ),
    getLatestExecution: Type.Optional(
      Type.Boolean({ default: true, description: '`false`: those of the last 90 days, newest first.' }),
    ),
    ...paging,
  }),
  body: null,
  responses: {
    200: records({ v1: ExecutionV1, 'v1.1': ExecutionV11 }, null, examplesOf(executionExampleV1, executionExampleV11)),
    ...refusals(400, 401, 403, 404, 500),
  },
} satisfies Operation
