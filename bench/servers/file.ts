import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { WebSocketServer } from 'ws'
import { change, rest } from '../message.ts'

// The yardstick for opening a document: what lies in a folder is read and sent, as it is, to whoever comes.

const folder = process.env['DATA'] ?? ''
const server = new WebSocketServer({ host: '127.0.0.1', port: Number(process.env['PORT']) })
server.on('connection', (socket) => {
  const send = async (): Promise<void> => {
    const files = (await readdir(folder)).toSorted()
    for (const file of files) socket.send(change(await readFile(join(folder, file))))
    socket.send(rest())
  }
  socket.on('error', () => {}) // whoever hangs up early wants no more
  socket.once('message', () => void send())
})
