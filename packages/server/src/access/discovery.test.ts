import { expect, test } from 'vitest'
import { discovery } from './discovery.ts'

const issuer = { tenantId: 'tenant-one', publicUrl: () => 'https://reports.example.com/' }
const grants = ['client_credentials']

test('each version describes its own issuer, below whose name its document is found', () => {
  expect(discovery(issuer, 'tenant-one', '1.0', grants)).toMatchObject({
    issuer: 'https://reports.example.com/tenant-one/',
    authorization_endpoint: 'https://reports.example.com/tenant-one/oauth2/authorize',
    token_endpoint: 'https://reports.example.com/tenant-one/oauth2/token',
    jwks_uri: 'https://reports.example.com/tenant-one/discovery/keys',
  })
  expect(discovery(issuer, 'TENANT-one', '2.0', grants)).toMatchObject({
    issuer: 'https://reports.example.com/tenant-one/v2.0',
    token_endpoint: 'https://reports.example.com/tenant-one/oauth2/v2.0/token',
    jwks_uri: 'https://reports.example.com/tenant-one/discovery/v2.0/keys',
  })
})

test('another tenant has no document', () => {
  expect(discovery(issuer, 'elsewhere', '1.0', grants)).toBeUndefined()
})
