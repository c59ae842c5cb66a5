import { expect, test } from 'vitest'
import { nextLink } from './next-link.ts'

const address = { publicUrl: 'https://reports.example.com', top: 2 }

test('the next page keeps the filters and names its size and place', () => {
  const url = '/insights/v1/cmp/ScheduledReport?reportName=a%26b&$TOP=2&$skiptoken=old'
  expect(nextLink({ ...address, url }, 'own.x/y=')).toBe(
    'https://reports.example.com/insights/v1/cmp/ScheduledReport?reportName=a%26b&$top=2&$skipToken=own.x%2Fy%3D',
  )
})

test('a list without filters', () => {
  expect(nextLink({ ...address, url: '/a' }, 'c')).toBe('https://reports.example.com/a?$top=2&$skipToken=c')
})

test('no cursor, no link', () => {
  expect(nextLink({ ...address, url: '/a' }, null)).toBeNull()
})
