import { WebSocketServer, WebSocket } from 'ws'

// The yardstick: every binary message goes to all others with the same path. Nothing is kept, nothing is looked at.

const rooms = new Map<string, Set<WebSocket>>()
const server = new WebSocketServer({ host: '127.0.0.1', port: Number(process.env['PORT']) })
server.on('connection', (socket, request) => {
  const name = request.url ?? ''
  const room = rooms.get(name) ?? new Set()
  rooms.set(name, room.add(socket))
  socket.on('message', (data) => {
    for (const other of room) if (other !== socket && other.readyState === WebSocket.OPEN) other.send(data)
  })
  socket.on('error', () => {}) // `close` follows
  socket.on('close', () => {
    room.delete(socket)
    if (room.size === 0) rooms.delete(name)
  })
})
