import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clientAddress, networkOf, readTrust } from '../src/address.ts'

const trust = (text: string) => readTrust(text) ?? assert.fail(text)

test('[A17] without a trusted proxy nobody can say that they are somebody else', () => {
  assert.equal(clientAddress('10.0.0.1', '1.2.3.4', trust('0')), '10.0.0.1')
  assert.equal(clientAddress('::ffff:10.0.0.1', undefined, trust('0')), '10.0.0.1')
})

test('[A17] of a list of proxies the last address that none of them has is the client', () => {
  const ours = trust('127.0.0.1, 10.0.0.0/8,fd00::/8')
  assert.equal(clientAddress('10.1.1.1', '6.6.6.6, 1.2.3.4, 10.2.2.2', ours), '1.2.3.4')
  assert.equal(clientAddress('::ffff:127.0.0.1', '1.2.3.4', ours), '1.2.3.4')
  assert.equal(clientAddress('fd00::1', '2001:db8::1', ours), '2001:db8::1')
  assert.equal(clientAddress('9.9.9.9', '1.2.3.4', ours), '9.9.9.9', 'it is no proxy of ours')
  assert.equal(clientAddress('10.1.1.1', undefined, ours), '10.1.1.1')
  assert.equal(clientAddress('10.1.1.1', 'unknown', ours), '10.1.1.1')
})

test('[A17] of a number of proxies each stands for one address, from the right', () => {
  assert.equal(clientAddress('10.0.0.1', '6.6.6.6, 1.2.3.4', trust('1')), '1.2.3.4')
  assert.equal(clientAddress('10.0.0.1', '6.6.6.6, 1.2.3.4, 10.0.0.2', trust('2')), '1.2.3.4')
  assert.equal(clientAddress('10.0.0.1', '1.2.3.4', trust('2')), '1.2.3.4')
})

test('what is neither a number nor a list of networks trusts nobody', () => {
  for (const text of ['caddy', '10.0.0.0/33', '10.0.0.1/8/8', '::1/129', '127.0.0.1,,', '1.2.3'])
    assert.equal(readTrust(text), null, text)
})

test('a household counts as one, whichever of its IPv6 addresses it takes', () => {
  assert.equal(networkOf('2001:db8:1:2:3:4:5:6'), networkOf('2001:db8:1:2:ffff::1'))
  assert.notEqual(networkOf('2001:db8:1:2::1'), networkOf('2001:db8:1:3::1'))
  assert.equal(networkOf('::1'), networkOf('0:0:0:0:0:0:0:2'))
  assert.equal(networkOf('fe80::1%eth0'), networkOf('fe80::2'))
  assert.equal(networkOf('10.0.0.1'), '10.0.0.1')
})
