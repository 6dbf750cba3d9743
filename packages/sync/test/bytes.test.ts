import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { isJson, Reader, utf16Length } from '../src/reader.ts'

const utf8 = new TextEncoder()

test('numbers are read as lib0 writes them', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), (value) => {
      const encoder = encoding.createEncoder()
      encoding.writeVarUint(encoder, value)
      const reader = new Reader(encoding.toUint8Array(encoder))
      assert.equal(reader.varUint(), value)
      assert.ok(reader.done)
    }),
  )
})

test('[P4] whatever number is read, lib0 reads the same, and what lib0 refuses is refused', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 12 }), (bytes) => {
      const reader = new Reader(bytes)
      const value = reader.varUint()
      if (!reader.ok) return
      const decoder = decoding.createDecoder(bytes)
      assert.equal(decoding.readVarUint(decoder), value)
      assert.equal(decoder.pos, reader.at)
    }),
    { numRuns: 2000 },
  )
})

test('[P4] a length beyond the bytes is refused without being allocated', () => {
  const reader = new Reader(Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f, 1))
  assert.equal(reader.buffer().length, 0)
  assert.equal(reader.ok, false)
  assert.equal(reader.varUint(), 0)
})

test('[P4] text is counted in UTF-16 units, and only strict UTF-8 is text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const bytes = utf8.encode(text)
      assert.equal(utf16Length(bytes, 0, bytes.length), text.length)
    }),
  )
  const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 6 }), (bytes) => {
      let expected = -1
      try {
        expected = strict.decode(bytes).length
      } catch {
        // not UTF-8
      }
      assert.equal(utf16Length(bytes, 0, bytes.length), expected)
    }),
    { numRuns: 5000 },
  )
})

test('[P4] JSON is what JSON.parse takes, and nothing else', () => {
  const agrees = (text: string) => {
    const bytes = utf8.encode(text)
    let expected = true
    try {
      JSON.parse(text)
    } catch {
      expected = false
    }
    assert.equal(isJson(bytes, 0, bytes.length), expected, text)
  }
  fc.assert(
    fc.property(fc.json(), (text) => {
      agrees(text)
    }),
  )
  const letters = fc.constantFrom(...'{}[]":,\\ntrue0123.-+eEfals u\n '.split(''))
  fc.assert(
    fc.property(fc.string({ unit: letters, maxLength: 10 }), (text) => {
      agrees(text)
    }),
    { numRuns: 20_000 },
  )
  for (const text of [
    '',
    '01',
    '1.',
    '-',
    '1e',
    '"\\u12g4"',
    '"\\x"',
    '[1,]',
    '{"a":1,}',
    '{"a"}',
    '"a',
    'nul',
  ]) {
    agrees(text)
  }
})

test('[P4] JSON nested deeper than 100 is refused, however deep', () => {
  for (const [depth, expected] of [
    [99, true],
    [101, false],
    [100_000, false],
  ] as const) {
    const bytes = utf8.encode('['.repeat(depth) + ']'.repeat(depth))
    assert.equal(isJson(bytes, 0, bytes.length), expected, String(depth))
  }
})
