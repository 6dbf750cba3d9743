import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { Browser, changed, folder, house, LentClock, metric, until } from './house.ts'
import type { House, Listed, Options } from './house.ts'
import { Writer } from './writer.ts'
import { png, sending, upload, uploaded } from './upload.ts'

interface Scene {
  home: House
  ada: Browser
  ben: Browser
  room: string
  data: string
  /** The names of all files below the folder where files are kept. */
  disk: () => string[]
}

const scene = async (t: TestContext, options: Options = {}): Promise<Scene> => {
  const data = folder(t)
  const home = await house(t, { data, ...options })
  const [ada, ben] = [new Browser(home), new Browser(home)]
  const { id: room } = await ada.json<Listed>('POST', '/api/documents', {}, 201)
  await ben.json('GET', '/api/documents')
  const disk = (): string[] =>
    readdirSync(join(data, 'files'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => name)
  return { home, ada, ben, room, data, disk }
}

const error = async (answer: Response): Promise<[number, string]> => {
  const { error: name, message } = (await answer.json()) as { error: string; message: string }
  assert.match(message, /^[A-Z].+\.$/)
  return [answer.status, name]
}

test('a picture that is put into a document is there for everybody who may see the document', async (t) => {
  const { home, ada, ben, room, disk } = await scene(t)
  const bytes = png(640, 480)
  const file = await uploaded(home, ada, room, bytes, {
    'x-file-name': encodeURIComponent('Käthe & ich.png'),
  })
  assert.match(file.id, /^[\w-]{22}$/)
  assert.deepEqual(
    { ...file, id: '' },
    { id: '', name: 'Käthe & ich.png', mime: 'image/png', size: bytes.length, width: 640, height: 480 },
  )
  const answer = await ben.ask('GET', `/api/documents/${room}/files/${file.id}`)
  assert.equal(answer.status, 200)
  assert.deepEqual(Buffer.from(await answer.arrayBuffer()), bytes)
  const header = (name: string): string | null => answer.headers.get(name)
  assert.equal(header('content-type'), 'image/png')
  assert.equal(header('content-length'), String(bytes.length))
  assert.equal(header('x-content-type-options'), 'nosniff')
  assert.match(header('content-security-policy') ?? '', /^default-src 'none';.*sandbox$/)
  assert.equal(header('cross-origin-resource-policy'), 'same-origin')
  assert.match(header('cache-control') ?? '', /^private, .*immutable$/)
  assert.equal(
    header('content-disposition'),
    `inline; filename="K_the & ich.png"; filename*=UTF-8''K%C3%A4the%20%26%20ich.png`,
  )
  assert.equal(disk().length, 1)
  const list = await ben.json<{ files: unknown[]; used: number }>('GET', `/api/documents/${room}/files`)
  assert.deepEqual([list.files, list.used], [[file], bytes.length])
})

test('who has the bytes already is told so; who asks without wanting them gets the headers', async (t) => {
  const { home, ada, room } = await scene(t)
  const bytes = png(1, 1)
  const path = `/api/documents/${room}/files/${(await uploaded(home, ada, room, bytes)).id}`
  const head = await ada.ask('HEAD', path)
  const etag = head.headers.get('etag') ?? ''
  assert.deepEqual([head.status, head.headers.get('content-length')], [200, String(bytes.length)])
  assert.equal(await head.text(), '')
  for (const known of [etag, `"other", ${etag}`, `W/${etag}`, '*']) {
    const again = await ada.ask('GET', path, undefined, { 'if-none-match': known })
    assert.equal(again.status, 304, known)
  }
  assert.equal((await ada.ask('GET', path, undefined, { 'if-none-match': '"other"' })).status, 200)
})

test('a part of a film is given as a part, and what is behind its end is refused', async (t) => {
  const { home, ada, room } = await scene(t)
  const film = Buffer.concat([Buffer.from('\0\0\0\x18ftypisom', 'latin1'), Buffer.alloc(988, 'abc')])
  const file = await uploaded(home, ada, room, film)
  assert.equal(file.mime, 'video/mp4')
  const path = `/api/documents/${room}/files/${file.id}`
  const part = async (range: string, more: Record<string, string> = {}) => {
    const answer = await ada.ask('GET', path, undefined, { range, ...more })
    const bytes = Buffer.from(await answer.arrayBuffer())
    return [answer.status, answer.headers.get('content-range'), bytes] as const
  }
  assert.deepEqual(await part('bytes=0-9'), [206, 'bytes 0-9/1000', film.subarray(0, 10)])
  assert.deepEqual(await part('bytes=990-'), [206, 'bytes 990-999/1000', film.subarray(990)])
  assert.deepEqual(await part('bytes=990-5000'), [206, 'bytes 990-999/1000', film.subarray(990)])
  assert.deepEqual(await part('bytes=-10'), [206, 'bytes 990-999/1000', film.subarray(990)])
  assert.deepEqual(await part('bytes=-5000'), [206, 'bytes 0-999/1000', film])
  for (const none of ['bytes=1000-', 'bytes=-0', 'bytes=5000-6000'])
    assert.deepEqual(await part(none), [416, 'bytes */1000', Buffer.alloc(0)], none)
  for (const all of ['bytes=9-1', 'bytes=a-b', 'bytes=-', 'bytes=0-1,5-6', 'lines=0-1'])
    assert.deepEqual(await part(all), [200, null, film], all)
  assert.deepEqual(await part('bytes=0-9', { 'if-range': '"an older one"' }), [200, null, film])
})

test('[C5] a file is what its bytes say, whatever is said of it', async (t) => {
  const { home, ada, room } = await scene(t)
  const gif = Buffer.concat([Buffer.from('GIF89a\x05\0\x07\0', 'latin1'), Buffer.alloc(20)])
  const frame = Buffer.concat([Buffer.from([0xff, 0xfb, 0x90, 0]), Buffer.alloc(413)])
  const cases: [what: string, bytes: Buffer, mime: string, served: string, inline: boolean][] = [
    ['an image', png(3, 4), 'image/png', 'image/png', true],
    [
      'a GIF with a script behind it',
      Buffer.concat([gif, Buffer.from('<script>')]),
      'image/gif',
      'image/gif',
      true,
    ],
    ['a film', Buffer.from('\0\0\0\x18ftypisom....', 'latin1'), 'video/mp4', 'video/mp4', true],
    [
      'another film',
      Buffer.from('\x1aE\xdf\xa3....B\x82\x84webm', 'latin1'),
      'video/webm',
      'video/webm',
      true,
    ],
    ['a sound', Buffer.from('OggS\0\x02'), 'audio/ogg', 'audio/ogg', true],
    ['a song', Buffer.from('ID3\x04\0\0'), 'audio/mpeg', 'audio/mpeg', true],
    ['a song without a title', Buffer.concat([frame, frame]), 'audio/mpeg', 'audio/mpeg', true],
    ['a paper', Buffer.from('%PDF-1.7\n'), 'application/pdf', 'application/pdf', false],
    ['SVG', Buffer.from('<svg onload="alert(1)">'), 'image/svg+xml', 'application/octet-stream', false],
    [
      'SVG as XML',
      Buffer.from('\ufeff<?xml version="1.0"?>\n<!-- x --><svg/>'),
      'image/svg+xml',
      'application/octet-stream',
      false,
    ],
    [
      'HTML',
      Buffer.from('<!doctype html><script>alert(1)</script>'),
      'application/octet-stream',
      'application/octet-stream',
      false,
    ],
    ['a script', Buffer.from('alert(1)'), 'application/octet-stream', 'application/octet-stream', false],
    [
      'half a header of an image',
      png(3, 4).subarray(0, 12),
      'application/octet-stream',
      'application/octet-stream',
      false,
    ],
    ['an image without a pixel', png(0, 4), 'application/octet-stream', 'application/octet-stream', false],
    ['one frame alone', frame, 'application/octet-stream', 'application/octet-stream', false],
    ['nothing', Buffer.alloc(0), 'application/octet-stream', 'application/octet-stream', false],
  ]
  for (const [what, bytes, mime, served, inline] of cases) {
    const file = await uploaded(home, ada, room, bytes, { 'content-type': 'image/png' })
    assert.equal(file.mime, mime, what)
    const answer = await ada.ask('GET', `/api/documents/${room}/files/${file.id}`)
    assert.equal(answer.headers.get('content-type'), served, what)
    assert.match(answer.headers.get('content-disposition') ?? '', inline ? /^inline;/ : /^attachment;/, what)
    assert.deepEqual(Buffer.from(await answer.arrayBuffer()), bytes, what)
  }
})

test('the name of a file is one line without a folder, and can break out of nothing', async (t) => {
  const { home, ada, room } = await scene(t)
  const name = async (given: string): Promise<string> =>
    (await uploaded(home, ada, room, png(1, 1), { 'x-file-name': given })).name
  assert.equal(await name('..%2F..%2Fetc%2Fpasswd'), 'passwd')
  assert.equal(await name('C%3A%5CUsers%5Cada%5Ccat.png'), 'cat.png')
  assert.equal(await name('a%0D%0Ab%00%E2%80%AEgnp.exe'), 'a b gnp.exe')
  for (const nothing of ['', '%20', '..', '.', 'a%2F']) assert.equal(await name(nothing), 'file', nothing)
  assert.equal(await name('100%'), '100%')
  assert.equal(await name(`${'x'.repeat(300)}.docx`), `${'x'.repeat(195)}.docx`)
  const file = await uploaded(home, ada, room, png(1, 1), { 'x-file-name': '%22;%20a=%22%C3%A4' })
  const answer = await ada.ask('GET', `/api/documents/${room}/files/${file.id}`)
  assert.equal(
    answer.headers.get('content-disposition'),
    `inline; filename="_; a=__"; filename*=UTF-8''%22%3B%20a%3D%22%C3%A4`,
  )
})

test('[A18] a file is there only through a document that has it and that one may see', async (t) => {
  const { home, ada, ben, room } = await scene(t)
  const file = await uploaded(home, ada, room, png(1, 1))
  const { id: other } = await ada.json<Listed>('POST', '/api/documents', {}, 201)
  const nothing = { error: 'not-found', message: 'Nothing here, or not shared with you.' }
  for (const path of [
    `${other}/files/${file.id}`,
    `${room}/files/${'A'.repeat(22)}`,
    `${'A'.repeat(22)}/files/${file.id}`,
    `${room}%2Fcomments/files/${file.id}`,
    `${room}/files/..%2F..%2Fquire.db`,
    `${room}/files/%00`,
  ])
    assert.deepEqual(await ben.json('GET', `/api/documents/${path}`, undefined, 404), nothing, path)
  await ada.ask('DELETE', `/api/documents/${room}`)
  const gone = await ben.json('GET', `/api/documents/${room}/files/${file.id}`, undefined, 404)
  assert.deepEqual(gone, nothing)
  assert.deepEqual(await error(await upload(home, ada, room, png(1, 1))), [404, 'not-found'])
  assert.deepEqual(await error(await upload(home, ada, `${other}/comments`, png(1, 1))), [404, 'not-found'])
})

test('the same file in two documents lies on the disk once, and each has it for itself', async (t) => {
  const { home, ada, ben, room, disk } = await scene(t)
  const { id: other } = await ben.json<Listed>('POST', '/api/documents', {}, 201)
  const first = await uploaded(home, ada, room, png(5, 5))
  const second = await uploaded(home, ben, other, png(5, 5), { 'x-file-name': 'dog.png' })
  assert.notEqual(first.id, second.id)
  assert.equal(disk().length, 1)
  assert.equal((await ada.ask('GET', `/api/documents/${other}/files/${first.id}`)).status, 404)
  const copied = await ben.json(
    'POST',
    `/api/documents/${other}/files`,
    { from: { document: room, file: first.id } },
    201,
  )
  assert.deepEqual(copied, first)
  assert.equal((await ada.ask('GET', `/api/documents/${other}/files/${first.id}`)).status, 200)
  const from = (document: string, file: string) =>
    ben.ask('POST', `/api/documents/${other}/files`, { from: { document, file } })
  assert.deepEqual(await error(await from(room, 'A'.repeat(22))), [404, 'not-found'])
  await ada.ask('DELETE', `/api/documents/${room}`)
  assert.deepEqual(await error(await from(room, first.id)), [404, 'not-found'])
  assert.equal((await ben.ask('GET', `/api/documents/${other}/files/${first.id}`)).status, 200)
})

test('a page of another site can bring nothing', async (t) => {
  const { home, ada, room, disk } = await scene(t)
  const answer = await upload(home, ada, room, png(1, 1), { origin: 'https://evil.example' })
  assert.equal(answer.status, 403)
  assert.deepEqual(disk(), [])
})

test('a file that is too large is refused before it comes and while it comes, and nothing is left of it', async (t) => {
  const { home, ada, room, disk } = await scene(t, { flags: ['--max-file', '64KiB'] })
  assert.equal((await upload(home, ada, room, Buffer.alloc(65_536))).status, 201)
  assert.deepEqual(await error(await upload(home, ada, room, Buffer.alloc(65_537))), [413, 'too-large'])
  const headers = { cookie: ada.cookie, 'x-file-name': 'big', 'transfer-encoding': 'chunked' }
  const { asking, answered } = sending(home, `/api/documents/${room}/files`, headers)
  for (let at = 0; at < 8; at++) asking.write(Buffer.alloc(16_384))
  asking.end()
  const { status, text } = await answered
  assert.deepEqual(
    [status, JSON.parse(text)],
    [413, { error: 'too-large', message: 'A file is at most 64 kB.' }],
  )
  assert.equal(disk().length, 1)
})

test('the files of a document are bounded together', async (t) => {
  const { home, ada, room } = await scene(t, { flags: ['--max-file', '64KiB', '--max-files', '128KiB'] })
  const came = await Promise.all(
    [1, 2, 3, 4].map((byte) => upload(home, ada, room, Buffer.alloc(50_000, byte))),
  )
  assert.deepEqual(
    came.map(({ status }) => status).toSorted((a, b) => a - b),
    [201, 201, 413, 413],
  )
  assert.deepEqual(await error(await upload(home, ada, room, Buffer.alloc(50_000))), [413, 'files-full'])
  const list = await ada.json<{ used: number; most: number }>('GET', `/api/documents/${room}/files`)
  assert.deepEqual([list.used, list.most], [100_000, 131_072])
  assert.equal(await metric(home, 'quire_files_refused_total{reason="files-full"}'), 3)
  assert.equal(await metric(home, 'quire_file_bytes_total'), 100_000)
})

/** Somebody writes into a document, and it is saved. */
const writesOn = async (home: House, { cookie }: Browser, room: string): Promise<void> => {
  const writer = new Writer(`${home.sync}/${room}`, { headers: { cookie, origin: home.url } })
  await until('synced', () => writer.synced)
  writer.write('more')
  await until('saved', () => writer.saved.includes('more'))
  writer.socket.terminate()
}

/** How many of these answers were so. */
const counts = (answers: readonly Response[]): Record<number, number> => {
  const statuses: Record<number, number> = {}
  for (const { status } of answers) statuses[status] = (statuses[status] ?? 0) + 1
  return statuses
}

test('[O23] one guest stores no more than one may, however many files come at once, and whoever else has them', async (t) => {
  const { home, ada, ben, room, disk } = await scene(t, { flags: ['--quota-guest', '1000KB'] })
  const body = Buffer.alloc(100_000, 1) // the same bytes: they lie there once, and count each time
  const other = await ben.json<Listed>('POST', '/api/documents', {}, 201)
  assert.equal((await upload(home, ben, other.id, body)).status, 201)
  const first = await Promise.all(Array.from({ length: 8 }, () => upload(home, ada, room, body)))
  const rest = await Promise.all(Array.from({ length: 8 }, () => upload(home, ada, room, body)))
  assert.deepEqual([counts(first), counts(rest)], [{ 201: 8 }, { 201: 1, 413: 7 }])
  assert.deepEqual(await error(await upload(home, ada, room, body)), [413, 'quota-full'])
  assert.equal(await metric(home, 'quire_files_refused_total{reason="quota-full"}'), 8)
  assert.equal(await metric(home, 'quire_stored_bytes'), 1_000_000 + 2 * 4096)

  // one that does not say how large it is
  const headers = { cookie: ada.cookie, 'x-file-name': 'big', 'transfer-encoding': 'chunked' }
  const { asking, answered } = sending(home, `/api/documents/${room}/files`, headers)
  asking.end(Buffer.alloc(200_000, 2))
  assert.equal((await answered).status, 413)
  assert.equal(disk().length, 1)

  // somebody else pays for a copy, and the rest goes on
  assert.equal((await ben.ask('POST', `/api/documents/${room}/copy`, {})).status, 413)
  const small = { 'x-file-name': 'small' }
  assert.equal((await upload(home, ada, room, Buffer.alloc(100), small)).status, 201)
  for (let i = 0; i < 30; i++) await ada.ask('POST', '/api/documents', {})
  assert.deepEqual(await error(await ada.ask('POST', '/api/documents', {})), [413, 'quota-full'])
  assert.equal((await metric(home, 'quire_documents_refused_total{reason="quota-full"}')) > 0, true)
  await writesOn(home, ada, room)
})

test('[O23] an upload that breaks off gives back what was reserved for it', async (t) => {
  const { home, ada, room, disk } = await scene(t, { flags: ['--quota-guest', '300KB'] })
  const headers = { cookie: ada.cookie, 'x-file-name': 'half', 'content-length': '250000' }
  const { asking, answered } = sending(home, `/api/documents/${room}/files`, headers)
  const gone = answered.catch((reason: unknown) => reason)
  asking.write(Buffer.alloc(1000))
  await until('the draft', () => disk().length === 1)
  assert.deepEqual(await error(await upload(home, ada, room, Buffer.alloc(100_000))), [413, 'quota-full'])
  asking.destroy()
  await gone
  await until('nothing', () => disk().length === 0)
  await until('room', async () => (await upload(home, ada, room, Buffer.alloc(250_000))).status === 201)
})

test('[O23] new guests of one address store no more than ten, and a guest who signs in goes on', async (t) => {
  const { home, ada, room } = await scene(t, { flags: ['--quota-guest', '100KB'] })
  const answers: Response[] = []
  for (let i = 0; i < 14; i++)
    answers.push(await upload(home, new Browser(home), room, Buffer.alloc(90_000, i)))
  assert.equal(counts(answers)[429], 4 - 1)
  assert.deepEqual(await error(answers.at(-1) ?? new Response()), [429, 'guests-full'])
  await ada.json(
    'POST',
    '/api/session/register',
    { email: 'ada@example.org', password: 'correct horse' },
    201,
  )
  assert.equal((await upload(home, ada, room, Buffer.alloc(90_000))).status, 201)
})

test('[O23] whoever has more than the quota allows keeps everything, and brings no more', async (t) => {
  const data = folder(t)
  const before = await house(t, { data })
  const ada = new Browser(before)
  const { id: room } = await ada.json<Listed>('POST', '/api/documents', {}, 201)
  const bytes = png(1, 1, 'x'.repeat(200_000))
  const file = await uploaded(before, ada, room, bytes)
  await before.close()
  const after = await house(t, { data, flags: ['--quota-guest', '100KB'] })
  const again = new Browser(after)
  again.cookie = ada.cookie
  const answer = await again.ask('GET', `/api/documents/${room}/files/${file.id}`)
  assert.deepEqual(Buffer.from(await answer.arrayBuffer()), bytes)
  assert.deepEqual(await error(await upload(after, again, room, Buffer.alloc(10))), [413, 'quota-full'])
  assert.deepEqual(await error(await again.ask('POST', '/api/documents', {})), [413, 'quota-full'])
  await writesOn(after, again, room)
})

test('[O23] uploads without a cookie are bounded by their address', async (t) => {
  const { home, ada, disk } = await scene(t)
  const rooms: string[] = []
  for (let i = 0; i < 3; i++) rooms.push((await ada.json<Listed>('POST', '/api/documents', {}, 201)).id)
  const slow = Array.from({ length: 70 }, (_, at) => {
    const headers = { 'x-file-name': 'slow', 'content-length': '100000' }
    const { asking, answered } = sending(home, `/api/documents/${rooms[at % 3] ?? ''}/files`, headers)
    asking.write(Buffer.alloc(100))
    return { asking, answered: answered.catch(() => null) }
  })
  await until('most', () => disk().length === 64)
  await until(
    'the rest',
    async () => (await metric(home, 'quire_files_refused_total{reason="too-many"}')) === 6,
  )
  for (const { asking } of slow) asking.destroy()
  await Promise.all(slow.map(({ answered }) => answered))
  await until('nothing', () => disk().length === 0)
})

test('[O23] on a disk that is nearly full only text of existing documents is stored', async (t) => {
  let free = 600 * 1024 * 1024
  const clock = new LentClock()
  const { home, ada, room } = await scene(t, { clock, freeSpace: async () => free })
  const leave = (bytes: number): void => {
    free = bytes
    clock.advance(1_000)
  }
  assert.equal((await upload(home, ada, room, Buffer.alloc(100_000))).status, 201)
  leave(512 * 1024 * 1024 + 50_000)
  assert.deepEqual(await error(await upload(home, ada, room, Buffer.alloc(100_000))), [507, 'no-room'])
  leave(1)
  assert.deepEqual(await error(await ada.ask('POST', '/api/documents', {})), [507, 'no-room'])
  assert.deepEqual(await error(await ada.ask('POST', `/api/documents/${room}/copy`, {})), [507, 'no-room'])
  await writesOn(home, ada, room)
})

test('an upload that breaks off leaves nothing behind', async (t) => {
  const { home, ada, room, disk } = await scene(t)
  const headers = { cookie: ada.cookie, 'x-file-name': 'half', 'content-length': '100000' }
  const { asking, answered } = sending(home, `/api/documents/${room}/files`, headers)
  const gone = answered.catch((reason: unknown) => reason)
  asking.write(Buffer.alloc(1000))
  await until('the draft', () => disk().length === 1)
  asking.destroy()
  await gone
  await until('nothing', () => disk().length === 0)
  assert.deepEqual((await ada.json<{ files: unknown[] }>('GET', `/api/documents/${room}/files`)).files, [])
})

/** A clock that tells how often somebody began to wait for so long. */
class Watched extends LentClock {
  readonly #waits: number[] = []

  override after(ms: number, call: () => void): () => void {
    this.#waits.push(ms)
    return super.after(ms, call)
  }

  began(ms: number): number {
    return this.#waits.filter((wait) => wait === ms).length
  }
}

test('an upload may take long as long as something comes, and is ended when nothing does', async (t) => {
  const clock = new Watched()
  const { home, ada, room, disk } = await scene(t, { clock })
  const before = clock.began(30_000)
  const headers = { cookie: ada.cookie, 'x-file-name': 'slow', 'content-length': '3' }
  const { asking, answered } = sending(home, `/api/documents/${room}/files`, headers)
  asking.write('a')
  await until('the first byte', () => clock.began(30_000) === before + 2)
  clock.advance(29_000)
  asking.write('b')
  await until('the second byte', () => clock.began(30_000) === before + 3)
  clock.advance(29_000)
  assert.equal(disk().length, 1)
  clock.advance(2_000)
  assert.equal((await answered).status, 400)
  assert.deepEqual(disk(), [])
  asking.destroy()
})

test('nobody brings more files at once than a page does', async (t) => {
  const { home, ada, room, disk } = await scene(t)
  const headers = { cookie: ada.cookie, 'x-file-name': 'many', 'content-length': '2' }
  const many = Array.from({ length: 8 }, () => sending(home, `/api/documents/${room}/files`, headers))
  for (const { asking } of many) asking.write('a')
  await until('all of them', () => disk().length === 8)
  assert.deepEqual(await error(await upload(home, ada, room, png(1, 1))), [429, 'too-many'])
  for (const { asking } of many) asking.end('b')
  for (const { answered } of many) assert.equal((await answered).status, 201)
  assert.equal((await upload(home, ada, room, png(1, 1))).status, 201)
})

test('a full disk is told with a sentence, nothing is left, and the server goes on', async (t) => {
  const { home, ada, room, disk } = await scene(t, {
    blobs: (blobs) =>
      changed(blobs, {
        keep: () => Promise.reject(Object.assign(new Error('no space left'), { code: 'ENOSPC' })),
      }),
  })
  assert.deepEqual(await error(await upload(home, ada, room, png(1, 1))), [507, 'no-room'])
  assert.deepEqual(disk(), [])
  assert.equal((await ada.ask('GET', `/api/documents/${room}`)).status, 200)
})

test('what the disk has lost is answered as what is not there, and logged', async (t) => {
  const { home, ada, room } = await scene(t, { blobs: (blobs) => changed(blobs, { read: async () => null }) })
  const { id } = await uploaded(home, ada, room, png(1, 1))
  const answer = await ada.ask('GET', `/api/documents/${room}/files/${id}`)
  assert.equal(answer.status, 404)
  assert.equal(answer.headers.get('etag'), null)
  assert.ok(home.log.some(({ msg }) => msg === 'the bytes of a file are missing'))
})

test('under open access any room has files', async (t) => {
  const home = await house(t, { flags: ['--access', 'open'] })
  const ada = new Browser(home)
  const { id } = await uploaded(home, ada, 'team/notes', png(1, 1))
  assert.equal((await new Browser(home).ask('GET', `/api/documents/team%2Fnotes/files/${id}`)).status, 200)
})
