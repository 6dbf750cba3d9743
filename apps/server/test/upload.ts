import { request } from 'node:http'
import type { Browser, House } from './house.ts'

/** A file as the API tells of it. */
export interface Uploaded {
  id: string
  name: string
  mime: string
  size: number
  width: number | null
  height: number | null
}

/** A PNG of so many pixels: its header is right, which is all that is read here. */
export const png = (width: number, height: number, rest = 'some pixels'): Buffer => {
  const header = Buffer.alloc(33)
  header.write('\x89PNG\r\n\x1a\n', 'latin1')
  header.writeUInt32BE(13, 8)
  header.write('IHDR', 12)
  header.writeUInt32BE(width, 16)
  header.writeUInt32BE(height, 20)
  return Buffer.concat([header, Buffer.from(rest)])
}

/** Somebody puts a file into a document. */
export const upload = async (
  { url, server }: House,
  who: Browser,
  room: string,
  bytes: Uint8Array,
  headers: Record<string, string> = {},
): Promise<Response> => {
  const answer = await server.fetch(
    new Request(`${url}/api/documents/${encodeURIComponent(room)}/files`, {
      method: 'POST',
      headers: {
        host: new URL(url).host,
        origin: url,
        'content-type': 'image/png',
        'content-length': String(bytes.length),
        'x-file-name': 'cat.png',
        ...(who.cookie === '' ? {} : { cookie: who.cookie }),
        ...headers,
      },
      body: Buffer.from(bytes),
    }),
  )
  who.cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? who.cookie
  return answer
}

/** The file that came of it, which must be so. */
export const uploaded = async (
  ...[house, who, room, bytes, headers]: Parameters<typeof upload>
): Promise<Uploaded> => {
  const answer = await upload(house, who, room, bytes, headers)
  const text = await answer.text()
  if (answer.status !== 201) throw new Error(`${answer.status} ${text}`)
  return JSON.parse(text) as Uploaded
}

/** What the server says to a request whose parts are sent as the test says, over a real connection. */
export const sending = (house: House, path: string, headers: Record<string, string>) => {
  const asking = request(`${house.url}${path}`, {
    method: 'POST',
    headers: { origin: house.url, ...headers },
  })
  const answered = new Promise<{ status: number | undefined; text: string }>((resolve, reject) => {
    asking.on('error', reject)
    asking.on('response', (answer) => {
      let text = ''
      answer.on('data', (bytes: Buffer) => (text += bytes.toString()))
      answer.on('end', () => resolve({ status: answer.statusCode, text }))
    })
  })
  return { asking, answered }
}
