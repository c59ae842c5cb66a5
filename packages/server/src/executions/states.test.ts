import { expect, test } from 'vitest'
import type { ReportStatus } from '../reports/report.ts'
import type { ExecutionStatus } from './execution.ts'
import { reportStates } from '../reports/report-states.ts'
import { executionStates, isFinished } from './states.ts'

// That each store keeps to the table, state by event, is checked by `execution-store.contract.ts`.

const executionStatuses = Object.keys(executionStates) as ExecutionStatus[]

test('finished is what nothing leads out of', () => {
  expect(executionStatuses.filter(isFinished)).toEqual(['Completed', 'Failed'])
})

test('every state can be reached from Pending', () => {
  const reached = new Set<ExecutionStatus>(['Pending'])
  for (const status of reached) {
    for (const next of Object.values(executionStates[status])) if (next !== 'refused') reached.add(next)
  }
  expect([...reached].sort()).toEqual(executionStatuses.toSorted())
})

test('only what a worker has claimed can complete, fail, be tried again or be handed back', () => {
  for (const event of ['complete', 'fail', 'retry', 'handBack'] as const) {
    expect(executionStatuses.filter((status) => executionStates[status][event] !== 'refused')).toEqual(['Running'])
  }
})

test('a pause holds what waits, lets what runs finish, and a resume lets it wait again', () => {
  expect([executionStates.Pending.pause, executionStates.Running.pause]).toEqual(['Paused', 'Running'])
  expect([executionStates.Paused.claim, executionStates.Paused.resume]).toEqual(['refused', 'Pending'])
})

test('a report: pausing what is paused and resuming what is active changes nothing; an inactive one can do neither', () => {
  expect([reportStates.Paused.pause, reportStates.Active.resume]).toEqual(['Paused', 'Active'])
  expect([reportStates.Inactive.pause, reportStates.Inactive.resume]).toEqual(['refused', 'refused'])
})

test('a report becomes Inactive when nothing is left of it, and comes back by an update only', () => {
  const statuses = Object.keys(reportStates) as ReportStatus[]
  const edges = statuses.flatMap((from) =>
    Object.entries(reportStates[from]).map(([event, to]) => ({ from, event, to })),
  )
  const into = edges.filter(({ from, to }) => from !== 'Inactive' && to === 'Inactive')
  const outOf = edges.filter(({ from, to }) => from === 'Inactive' && to !== 'refused')
  expect(new Set(into.map(({ event }) => event))).toEqual(new Set(['lastRunEnds', 'runOut']))
  expect(outOf).toEqual([{ from: 'Inactive', event: 'reschedule', to: 'Active' }])
})
