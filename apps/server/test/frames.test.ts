import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { WebSocket, WebSocketServer } from 'ws'
import { Frames } from '../src/frames.ts'
import { until } from './house.ts'

test('messages of every length are frames that a WebSocket client reads', async (t) => {
  const lengths = [0, 1, 125, 126, 127, 65_535, 65_536, 70_000]
  const messages = lengths.map((length, index) => new Uint8Array(length).fill(index))
  const server = createServer()
  const sockets = new WebSocketServer({ noServer: true })
  server.on('upgrade', (request, wire, head) =>
    sockets.handleUpgrade(request, wire, head, () => {
      for (const buffer of new Frames().of(messages)) wire.write(buffer)
    }),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // a TCP server that listens
  const reader = new WebSocket(`ws://127.0.0.1:${port}`)
  t.after(() => {
    reader.terminate()
    server.close()
  })
  const heard: unknown[] = []
  reader.on('message', (data, isBinary) => heard.push([data, isBinary]))
  await until('all of them', () => heard.length === messages.length)
  assert.deepEqual(
    heard,
    messages.map((message) => [Buffer.from(message), true]),
  )
})

test('a list that everybody is sent is framed once', () => {
  const frames = new Frames()
  const list = [Uint8Array.of(1, 2), Uint8Array.of(3)]
  const first = frames.of(list)
  assert.deepEqual(Buffer.concat(first), Buffer.of(0x82, 2, 1, 2, 0x82, 1, 3))
  assert.equal(frames.of(list), first)
  assert.notEqual(frames.of([...list]), first)
})

test('[P6] however many messages lie in a list, they are laid into few buffers', () => {
  const few = new Frames().of(Array.from({ length: 20_000 }, () => new Uint8Array(30)))
  assert.equal(few.length, Math.ceil((20_000 * 32) / (64 * 1024)))
  const large = new Uint8Array(100_000)
  const [before, header, itself, after] = new Frames().of([Uint8Array.of(1), large, Uint8Array.of(2)])
  assert.equal(itself, large)
  assert.deepEqual([before?.length, header?.length, after?.length], [3, 10, 3])
})
