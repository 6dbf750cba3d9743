import WebSocket from 'ws'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import { House } from '../../e2e/house.ts'
import type { Side } from './side.ts'

/** Quire as it is built, with durable storage. */
export const quireSide = async (): Promise<Side> => {
  const house = await House.open({ QUIRE_ACCESS: 'open', QUIRE_LIMITS: 'off' })
  const clients = new Map<string, WebsocketProvider>()
  const enter = async (room: string): Promise<WebsocketProvider> => {
    const known = clients.get(room)
    if (known !== undefined) return known
    const provider = new WebsocketProvider(house.syncUrl, room, new Y.Doc(), {
      WebSocketPolyfill: WebSocket as unknown as typeof globalThis.WebSocket, // it is one as far as that goes
      disableBc: true,
    })
    clients.set(room, provider)
    await new Promise<void>((done) => provider.once('sync', () => done()))
    return provider
  }
  const bodyIn = async (room: string) => (await enter(room)).doc.getXmlFragment('default')
  return {
    name: 'Quire',
    address: (room) => `${house.url}/d/${room}`,
    put: async (room, state) => {
      Y.applyUpdate((await enter(room)).doc, state)
      return `${house.url}/d/${room}`
    },
    write: async (room, block, text) => {
      const element = (await bodyIn(room)).get(block)
      const line = element instanceof Y.XmlElement ? element.get(0) : null
      if (!(line instanceof Y.XmlText)) throw new Error('that block is no line of text')
      const when = Date.now()
      line.insert(0, text)
      return when
    },
    read: async (room) => (await bodyIn(room)).toString(),
    close: async () => {
      for (const provider of clients.values()) provider.destroy()
      await house.close()
    },
  }
}
