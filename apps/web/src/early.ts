import { schemaVersion } from '@quire/editor/version'

/** "I have nothing: send me everything", as every y-websocket client says it first. */
const askForAll = Uint8Array.of(0, 0, 1, 0)

/** A connection that is no longer wanted by then is not wanted at all. */
const keptFor = 30_000

/** What a first connection says of itself, in its address. `tab` is the same for each that follows, and for no other. */
export const introduction = (client: number, tab: string): Record<string, string> => ({
  quire: '1',
  client: String(client),
  tab,
  schema: String(schemaVersion),
  epoch: '', // not known yet
})

/** A name by chance, kept nowhere: whoever copies what the browser has stored is not taken for the same tab. */
export const newTabName = (): string => crypto.getRandomValues(new Uint32Array(3)).join('-')

/**
 * A connection to a room from before there is a document to put the answer into. The document's bytes come while
 * the scripts that show them are still on their way, or being read.
 */
export class EarlySocket {
  /** Who the document is to be. */
  readonly client = crypto.getRandomValues(new Uint32Array(1))[0] ?? 0
  readonly tab = newTabName()
  readonly room: string
  readonly #socket: WebSocket
  readonly #frames: unknown[] = []
  readonly #unwanted: ReturnType<typeof setTimeout>
  #taken = false

  constructor(server: string, room: string) {
    this.room = room
    const words = new URLSearchParams(introduction(this.client, this.tab))
    const socket = new WebSocket(`${server}/${room}?${words.toString()}`)
    socket.binaryType = 'arraybuffer'
    socket.onopen = () => socket.send(askForAll)
    socket.onmessage = ({ data }: MessageEvent<unknown>) => void this.#frames.push(data)
    this.#socket = socket
    this.#unwanted = setTimeout(() => socket.close(), keptFor)
  }

  /**
   * The socket, once, or null if it is closed. To whoever listens from now on it opens, and receives what it has
   * received; the question that was asked already it does not ask again.
   */
  take(): WebSocket | null {
    if (this.#taken) return null
    this.#taken = true
    clearTimeout(this.#unwanted)
    const socket = this.#socket
    socket.onopen = null
    socket.onmessage = null
    if (socket.readyState === WebSocket.CONNECTING) return socket
    if (socket.readyState !== WebSocket.OPEN) return null
    const send = socket.send.bind(socket)
    let asked = false
    socket.send = (data) => {
      const again = !asked && data instanceof Uint8Array && data.join() === askForAll.join()
      asked = true
      if (!again) send(data)
    }
    // when whoever takes it has had the time to listen, and before anything else can arrive
    queueMicrotask(() => {
      socket.dispatchEvent(new Event('open'))
      for (const data of this.#frames.splice(0)) socket.dispatchEvent(new MessageEvent('message', { data }))
    })
    return socket
  }
}
