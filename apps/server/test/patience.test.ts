import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { Patience } from '../src/uploads/patience.ts'

/** A server that gives each request a tenth of a second, and spares those to `/slow`. */
const scene = async (t: TestContext) => {
  const patience = new Patience()
  const spared: (() => void)[] = []
  const server = createServer(
    { requestTimeout: 100, connectionsCheckingInterval: 20 },
    (request, response) => {
      if (request.url === '/slow') spared.push(patience.spare(request.socket))
      let size = 0
      request.on('data', (part: Buffer) => (size += part.length))
      request.on('end', () => response.end(`got ${size}`))
    },
  )
  patience.watch(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  const { port } = server.address() as AddressInfo
  const say = async (
    text: string,
  ): Promise<{ socket: Socket; heard: () => string; over: Promise<unknown> }> => {
    const socket = connect(port, '127.0.0.1')
    await once(socket, 'connect')
    let heard = ''
    socket.on('data', (part) => (heard += part.toString()))
    socket.on('error', () => {})
    socket.write(text)
    return { socket, heard: () => heard, over: once(socket, 'close') }
  }
  return { say, spared }
}

test('a request that is spared may take longer than others, which are ended with 408', async (t) => {
  const { say } = await scene(t)
  const slow = await say('POST /slow HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\na')
  const other = await say('POST /other HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\na')
  await other.over // its time is over, and so would be that of the one before it
  assert.match(other.heard(), /^HTTP\/1\.1 408 /)
  assert.equal(slow.heard(), '')
  const answered = once(slow.socket, 'data')
  slow.socket.write('b')
  await answered
  assert.match(slow.heard(), /^HTTP\/1\.1 200 [\s\S]*got 2$/)
  slow.socket.destroy()
})

test('what is no HTTP, and a header without end, are ended with their status', async (t) => {
  const { say } = await scene(t)
  const nonsense = await say('what?\r\n\r\n')
  await nonsense.over
  assert.match(nonsense.heard(), /^HTTP\/1\.1 400 /)
  const endless = await say(`GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(70_000)}`)
  await endless.over
  assert.match(endless.heard(), /^HTTP\/1\.1 431 /)
})
