import { expect, test } from 'vitest'
import { refusal } from '../kernel/testing/refusal.ts'
import { readCallback } from './read-callback.ts'

const strict = { allowHttp: false }

test('a URL is kept as it came, and called by POST unless told otherwise', () => {
  const url = 'https://Partner.example:8443/ready/?tenant=1'
  expect(readCallback({ url: url, method: null, on: null }, strict)).toEqual({ url, method: 'POST', on: 'completed' })
  expect(readCallback({ url: url, method: 'GET', on: null }, strict)).toEqual({ url, method: 'GET', on: 'completed' })
})

test('without a URL there is no callback, whatever the method', () => {
  expect(readCallback({ url: null, method: 'GET', on: null }, strict)).toBeNull()
})

test('http is for those who allowed it', () => {
  expect(readCallback({ url: 'http://partner.example', method: null, on: null }, { allowHttp: true })).not.toBeNull()
  expect(() => readCallback({ url: 'http://partner.example', method: null, on: null }, strict)).toThrow(
    problem('CallbackUrl should be an https URL'),
  )
})

test('what is no absolute http or https URL is refused', () => {
  const urls = ['', '/ready', 'ftp://partner.example', 'file:///etc/passwd', 'https:partner.example', 'https://']
  for (const url of [...urls, 'https:///ready', 'https://<SampleCallbackUrl>', 'https://partner.example/\n/x']) {
    expect(() => readCallback({ url: url, method: null, on: null }, strict)).toThrow(
      problem('CallbackUrl should be an absolute http or https URL'),
    )
  }
})

test('a URL that carries a user name or password is refused: answers and logs would show it', () => {
  for (const url of [
    'https://user@partner.example',
    'https://user:secret@partner.example',
    'https://:x@partner.example',
  ]) {
    expect(() => readCallback({ url: url, method: null, on: null }, strict)).toThrow(
      problem('CallbackUrl should not contain a user name or password'),
    )
  }
})

test('a URL may have 2,048 characters and no more', () => {
  const url = 'https://partner.example/'.padEnd(2_048, 'x')
  expect(readCallback({ url: url, method: null, on: null }, strict)).not.toBeNull()
  expect(() => readCallback({ url: `${url}x`, method: null, on: null }, strict)).toThrow(
    problem('CallbackUrl may have at most 2048 characters'),
  )
})

function problem(detail: string): unknown {
  return refusal('invalid_report', { detail, field: 'CallbackUrl' })
}

test('the placeholder of a generated request has the documented words', () => {
  expect(() => readCallback({ url: 'string', method: null, on: null }, strict)).toThrow(
    refusal('unknown_value', { field: 'CallbackUrl', value: 'string', allowed: ['an absolute https URL'] }),
  )
})
