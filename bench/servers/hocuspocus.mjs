// Hocuspocus with its SQLite extension and its defaults. It lies outside the workspace: PEERS names the folder.
import { createRequire } from 'node:module'

const require = createRequire(`${process.env.PEERS}/package.json`)
const { Server } = require('@hocuspocus/server')
const { SQLite } = require('@hocuspocus/extension-sqlite')
const server = new Server({
  port: Number(process.env.PORT),
  address: '127.0.0.1',
  quiet: true,
  extensions: [new SQLite({ database: `${process.env.DATA}/hocuspocus.sqlite` })],
})
await server.listen()
