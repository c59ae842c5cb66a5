import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { smallCatalog, smallDataset } from '../datasets/testing/small-catalog.ts'
import { EngineError } from '../datasets/query-engine.ts'
import { openApp, type TestApp, type TestClient } from './testing/open-app.ts'

// `expand=columns`: what a dataset says of itself, and what it doesn't.

let installation: TestApp
let contoso: TestClient
let fabrikam: TestClient
let stranger: TestClient

const orders = smallDataset({
  source: { kind: 'files', format: 'csv', pattern: 'cmp/orders.csv' },
  columns: [
    { name: 'AccountId', type: 'string', hidden: true },
    { name: 'OrderId', type: 'string', description: 'The order', values: ['order-1', 'order-2'] },
    { name: 'OrderDate', type: 'date' },
    { name: 'IsTrial', type: 'boolean', booleanForms: ['No', 'Yes'] },
    { name: 'IsNew', type: 'boolean' },
    { name: 'Amount', type: 'integer', hidden: true },
  ],
  columnAliases: { OldOrderId: 'OrderId', OldAmount: 'Amount' },
})
const withoutData = smallDataset({
  name: 'Missing',
  source: { kind: 'files', format: 'csv', pattern: 'cmp/missing.csv' },
})

beforeAll(async () => {
  installation = await openApp({ catalog: smallCatalog([orders, withoutData]) })
  contoso = await installation.addClient('contoso', ['Reports.Read'])
  fabrikam = await installation.addClient('fabrikam', ['Reports.Read'])
  stranger = await installation.addClient('stranger', ['Reports.Read'])
})

afterAll(() => installation.close())

const path = '/insights/v1.1/cmp/ScheduledDataset'
const valueOf = async (client: TestClient, url: string): Promise<readonly Record<string, unknown>[]> => {
  const answer = await client.ask('GET', url)
  if (answer.statusCode !== 200) throw new Error(answer.body)
  return answer.json<{ value: Record<string, unknown>[] }>().value
}

describe('expand=columns', () => {
  test.each(['/insights/v1/cmp/ScheduledDataset', path])('describes a dataset in full: %s', async (url) => {
    const [item] = await valueOf(contoso, `${url}?datasetName=orders&expand=columns`)
    const bare = { description: null, values: null, booleanForms: null }
    expect(item).toEqual({
      datasetName: 'Orders',
      selectableColumns: ['OrderId', 'OrderDate', 'IsTrial', 'IsNew'],
      availableMetrics: ['TotalAmount'],
      availableDateRanges: ['LAST_MONTH', 'LAST_6_MONTHS', 'LIFETIME'],
      minimumRecurrenceInterval: 1,
      title: 'Orders',
      description: 'Orders of the account',
      columns: [
        { ...bare, name: 'OrderId', type: 'string', description: 'The order', values: ['order-1', 'order-2'] },
        { ...bare, name: 'OrderDate', type: 'date' },
        { ...bare, name: 'IsTrial', type: 'boolean', booleanForms: ['No', 'Yes'] },
        { ...bare, name: 'IsNew', type: 'boolean', booleanForms: ['false', 'true'] },
      ],
      metrics: [{ name: 'TotalAmount', type: 'integer', description: null }],
      dateColumn: 'OrderDate',
      defaultDateRange: 'LAST_6_MONTHS',
      dataVersion: expect.stringMatching(/^[0-9a-f]{32}$/),
      dataVersionTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      rowCount: 5,
    })
  })

  test('counts the rows of the account that asks, also after another has asked', async () => {
    const rowsOf = async (client: TestClient): Promise<unknown> =>
      (await valueOf(client, `${path}?expand=columns&datasetName=Orders`))[0]?.['rowCount']
    expect([await rowsOf(contoso), await rowsOf(fabrikam), await rowsOf(stranger), await rowsOf(contoso)]).toEqual([
      5, 1, 0, 5,
    ])
  })

  test('says that a dataset has no data, and describes it and the others all the same', async () => {
    const items = await valueOf(contoso, `${path}?expand=Columns`)
    expect(items.map(({ datasetName, rowCount }) => [datasetName, rowCount])).toEqual([
      ['Orders', 5],
      ['Missing', null],
    ])
    expect(items[1]).toMatchObject({ title: 'Orders', dataVersion: null, dataVersionTime: null })
  })

  test('names nothing hidden, no older name, and nobody else', async () => {
    const { body } = await contoso.ask('GET', `${path}?expand=columns`)
    for (const secret of ['AccountId', '"Amount"', 'OldOrderId', 'OldAmount', 'OrdersV2', 'fabrikam', 'orders.csv']) {
      expect(body).not.toContain(secret)
    }
  })

  test('without it the answer has the documented fields and no other', async () => {
    const { body } = await contoso.ask('GET', `${path}?datasetName=Orders`)
    expect(body).toBe(
      '{"value":[{"datasetName":"Orders","selectableColumns":["OrderId","OrderDate","IsTrial","IsNew"],"availableMetrics":["TotalAmount"],"availableDateRanges":["LAST_MONTH","LAST_6_MONTHS","LIFETIME"],"minimumRecurrenceInterval":1}],"nextLink":null,"totalCount":1,"message":"Dataset fetched successfully","statusCode":200}',
    )
  })

  test.each(['rows', 'columns,rows', '*'])('%s is no word for it', async (word) => {
    const answer = await contoso.ask('GET', `${path}?expand=${encodeURIComponent(word)}`)
    expect(answer.statusCode).toBe(400)
    expect(answer.json()).toMatchObject({
      value: [],
      message: `Requested value '${word}' not found. expand takes columns.`,
      error: { code: 'unknown_value' },
    })
  })

  test('a dataset that does not exist is not found', async () => {
    expect((await contoso.ask('GET', `${path}?expand=columns&datasetName=Nope`)).statusCode).toBe(404)
  })

  test('an engine that fails costs the number only', async () => {
    const broken = await openApp({
      engine: {
        ...installation.deps.engine,
        preview: () => Promise.reject(new EngineError('crashed', 'gone')),
      },
    })
    const client = await broken.addClient('contoso', ['Reports.Read'])
    const [item] = await valueOf(client, `${path}?expand=columns`)
    expect(item).toMatchObject({ dataVersion: expect.any(String), rowCount: null })
    await broken.close()
  })
})
