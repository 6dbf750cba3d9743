import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { ReadableStream } from 'node:stream/web'
import { fileURLToPath } from 'node:url'
import { test } from 'node:test'
import { readRange } from '../src/uploads/range.ts'
import { receive } from '../src/uploads/receive.ts'
import { time } from '../src/time.ts'
import { UploadRate } from '../src/limits/upload-rate.ts'
import { folder, LentClock } from './house.ts'

const program = fileURLToPath(new URL('./receives.ts', import.meta.url))

test('[P7] a disk without room for what comes is told, and nothing of it is left', (t) => {
  const home = folder(t)
  const receiving = (most: string): string => {
    const { stdout, stderr } = spawnSync('prlimit', [`--fsize=${most}`, process.execPath, program, home])
    return `${stdout.toString()}${stderr.toString()}`
  }
  assert.equal(receiving('16384'), 'no-room')
  assert.deepEqual(readdirSync(home), [])
  assert.equal(receiving('unlimited'), 'received 65536')
  assert.equal(readdirSync(home).length, 1)
})

test('what arrives is on the disk as it was sent, however it was cut', async (t) => {
  const home = folder(t)
  const bytes = Buffer.from(Array.from({ length: 700_000 }, (_, at) => (at * 31) & 255))
  const cuts = [0, 1, 2, 1000, 262_143, 262_145, 600_000, bytes.length]
  const parts = cuts.slice(1).map((end, at) => bytes.subarray(cuts[at], end))
  const received = await receive(ReadableStream.from(parts), home, bytes.length, time, async () => null)
  assert.ok(typeof received !== 'string')
  assert.ok(readFileSync(received.draft).equals(bytes))
  assert.equal(received.hash, createHash('sha256').update(bytes).digest('hex'))
  assert.equal(received.size, bytes.length)
  assert.ok(Buffer.from(received.head).equals(bytes.subarray(0, 262_144)))
})

test('[O23] an upload that trickles has an end, whoever sends it and however large it may be', async (t) => {
  const clock = new LentClock()
  const drops = async function* () {
    for (;;) {
      yield new Uint8Array(1)
      clock.advance(25_000) // each time just before nothing came for too long
    }
  }
  const home = folder(t)
  const received = await receive(ReadableStream.from(drops()), home, 1e9, clock, async () => null)
  assert.equal(received, 'stalled')
  assert.ok(clock.now() < 120_000)
  assert.deepEqual(readdirSync(home), [])
})

test('[O23] whoever sends faster than they may is not read for a while, and an address for all who are there', async () => {
  const clock = new LentClock()
  const rate = new UploadRate(1_000, clock)
  let goingOn = 0
  const take = async (identity: string, address: string, bytes: number): Promise<void> => {
    await rate.take(identity, address, bytes)
    goingOn++
  }
  const taken = [
    take('ada', '10.0.0.1', 8_000),
    take('ada', '10.0.0.1', 2_000),
    take('ben', '10.0.0.1', 8_000),
  ]
  await Promise.all([taken[0], taken[2]])
  assert.equal(goingOn, 2)
  clock.advance(2_000)
  await taken[1]
  // however many people a network has, they come no further than four
  const guests = Array.from({ length: 40 }, (_, at) => take(`guest ${at}`, `2001:db8::${at}`, 8_000))
  await Promise.all(guests.slice(0, 4))
  assert.equal(goingOn, 3 + 4)
  clock.advance(100_000)
  await Promise.all(guests)
})

test('whatever stands in a Range header, the answer is a part of the file, all of it or nothing', () => {
  for (const size of [0, 1, 10])
    for (const from of ['', '0', '1', '9', '10', '99999999999999'])
      for (const to of ['', '0', '1', '9', '10', '99999999999999']) {
        const range = readRange(`bytes=${from}-${to}`, size)
        if (typeof range === 'string') continue
        const { first, end } = range
        assert.ok(first >= 0 && first < end && end <= size, `${from}-${to} of ${size}: ${first} to ${end}`)
      }
  for (const odd of [undefined, '', 'bytes', 'bytes=', 'bytes=--1', 'bytes=1e3-', 'BYTES=0-1', 'bytes=0-1;'])
    assert.equal(readRange(odd, 10), 'all', odd)
})
