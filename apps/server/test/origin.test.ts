import assert from 'node:assert/strict'
import { test } from 'node:test'
import { knowsHost, knowsOrigin } from '../src/origin.ts'
import type { Bounds } from '../src/origin.ts'

const here: Bounds = { host: '127.0.0.1', publicUrl: null, allowedOrigins: [] }
const network: Bounds = { ...here, host: '0.0.0.0' }
const named: Bounds = { ...network, publicUrl: new URL('https://docs.example.org') }

test('on a loopback address the server answers to names of this machine only', () => {
  for (const host of ['localhost', 'localhost:1234', '127.0.0.1:80', '127.9.9.9', '[::1]:1234', 'LOCALHOST'])
    assert.equal(knowsHost(here, host), true, host)
  for (const host of [
    undefined,
    '',
    'evil.example',
    '192.168.0.7:1234',
    'localhost.evil.example',
    'localhost@evil',
    'a b',
    'localhost/x',
  ])
    assert.equal(knowsHost(here, host), false, host)
})

test('on the network it answers to addresses and to the name that was configured', () => {
  for (const host of ['192.168.0.7:1234', '[fe80::1]:1234', 'docs.example.org', 'localhost:1234'])
    assert.equal(knowsHost(named, host), true, host)
  assert.equal(knowsHost(named, 'evil.example'), false)
  assert.equal(knowsHost(network, 'docs.example.org'), false)
  assert.equal(knowsHost({ ...here, publicUrl: named.publicUrl }, 'docs.example.org'), true)
})

test('the same origin is the address in the Host header, by the way people come', () => {
  const from = (bounds: Bounds, host: string, origin?: string, site?: string) =>
    knowsOrigin(bounds, { host, origin, site })
  assert.equal(from(network, '192.168.0.7:1234', 'http://192.168.0.7:1234'), true)
  assert.equal(from(network, '192.168.0.7:1234', 'http://192.168.0.7'), false)
  assert.equal(from(network, '192.168.0.7:1234', 'http://localhost:1234'), false)
  assert.equal(from(named, 'docs.example.org', 'https://docs.example.org'), true)
  assert.equal(from(named, 'docs.example.org', 'http://docs.example.org'), false)
  assert.equal(from(named, '192.168.0.7:1234', 'http://192.168.0.7:1234'), true)
  assert.equal(from(here, '127.0.0.1:1234', 'http://localhost:5173'), true)
  assert.equal(from(here, '127.0.0.1:1234', 'null'), false)
  assert.equal(from(here, '127.0.0.1:1234', 'http://localhost:5173/path'), false)
  assert.equal(from(here, '127.0.0.1:1234', 'garbage'), false)
})

test('who sends no Origin is no browser, unless it says otherwise', () => {
  const site = (what?: string) => knowsOrigin(here, { host: 'localhost', origin: undefined, site: what })
  assert.equal(site(), true)
  assert.equal(site('same-origin'), true)
  assert.equal(site('cross-site'), false)
  assert.equal(site('same-site'), false)
})
