import { describe, expect, test } from 'vitest'
import { tidyUrl } from './request-url.ts'

describe('tidyUrl', () => {
  test.each([
    ['/insights/v1.1/cmp/ScheduledDataset%20', '/insights/v1.1/cmp/ScheduledDataset'],
    ['/insights/v1.1/cmp/ScheduledDataset%20%20/', '/insights/v1.1/cmp/ScheduledDataset'],
    ['//insights///v1/cmp//ScheduledReport', '/insights/v1/cmp/ScheduledReport'],
    ['/insights/v1/cmp/ScheduledReport/', '/insights/v1/cmp/ScheduledReport'],
    ['/insights/v1/cmp/ScheduledReport/?reportId=a%20', '/insights/v1/cmp/ScheduledReport?reportId=a%20'],
    ['/a/b?next=https://x.example//y/', '/a/b?next=https://x.example//y/'],
    ['/download/1/Active%20orders.csv', '/download/1/Active%20orders.csv'],
    ['/', '/'],
    ['///', '/'],
    ['', '/'],
    ['%20', '/'],
  ])('%j is %j', (url, tidy) => {
    expect(tidyUrl(url)).toBe(tidy)
  })

  test('a path made of nothing but what is dropped takes no time', () => {
    expect(tidyUrl(`/a${'%20/'.repeat(50_000)}`)).toBe('/a')
    expect(tidyUrl(`${'/'.repeat(100_000)}a`)).toBe('/a')
  })
})
