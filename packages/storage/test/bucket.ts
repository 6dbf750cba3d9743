import { createHash, createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import type { Bucket } from '../src/s3.ts'

/** A bucket on this machine. */
export interface TestBucket {
  readonly access: Bucket
  readonly objects: ReadonlyMap<string, Buffer>
  /** From now on it answers 503 to everything, or no longer. */
  fail(failing: boolean): void
}

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest()

/** The signature (version 4) that a request must bear, worked out from what arrived and the secret alone. */
const signature = (request: IncomingMessage, url: URL, { region, secret }: Bucket): string => {
  const { headers, method = '' } = request
  const signed = /SignedHeaders=([^,]+)/.exec(headers.authorization ?? '')?.[1] ?? ''
  const query = [...url.searchParams]
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .toSorted()
    .join('&')
  const lines = signed.split(';').map((name) => `${name}:${String(headers[name]).trim()}\n`)
  const payload = String(headers['x-amz-content-sha256'])
  const canonical = [method, url.pathname, query, lines.join(''), signed, payload].join('\n')
  const time = String(headers['x-amz-date'])
  const scope = [time.slice(0, 8), region, 's3', 'aws4_request']
  const hash = createHash('sha256').update(canonical).digest('hex')
  const key = scope.reduce<string | Buffer>((made, part) => hmac(made, part), `AWS4${secret}`)
  return hmac(key as Buffer, ['AWS4-HMAC-SHA256', time, scope.join('/'), hash].join('\n')).toString('hex')
}

/** A server that speaks the part of S3 that is needed here and believes only those who sign rightly. */
export const bucket = async (t: TestContext): Promise<TestBucket> => {
  const objects = new Map<string, Buffer>()
  let failing = false
  const page = 2 // so few that lists come in pages

  const server = createServer((request, response) => {
    void (async () => {
      const url = new URL(request.url ?? '/', access.endpoint)
      const parts: Buffer[] = []
      for await (const part of request) parts.push(part as Buffer) // a request without encoding gives bytes
      const end = (status: number, body: string | Buffer = '', headers = {}): void => {
        response.writeHead(status, { 'content-type': 'application/xml', ...headers }).end(body)
      }
      if (failing) return end(503, '<Error><Code>SlowDown</Code></Error>')
      const { authorization = '' } = request.headers
      const right =
        authorization.includes(`Credential=${access.key}/`) &&
        authorization.endsWith(`Signature=${signature(request, url, access)}`)
      if (!right) return end(403, '<Error><Code>SignatureDoesNotMatch</Code></Error>')
      const key = decodeURIComponent(url.pathname.slice('/bucket/'.length))
      const object = objects.get(key)
      switch (request.method ?? '') {
        case 'PUT':
          objects.set(key, Buffer.concat(parts))
          return end(200)
        case 'DELETE':
          objects.delete(key)
          return end(204)
        case 'HEAD':
          return end(object === undefined ? 404 : 200)
        default: {
          if (key === '') {
            const after = url.searchParams.get('continuation-token') ?? ''
            const wanted = url.searchParams.get('prefix') ?? ''
            const keys = [...objects.keys()]
              .filter((name) => name.startsWith(wanted) && name > after)
              .toSorted()
            const shown = keys.slice(0, page)
            const more = keys.length > page
            const rows = shown.map((name) => `<Contents><Key>${name}</Key><Size>1</Size></Contents>`).join('')
            const next = more ? `<NextContinuationToken>${shown.at(-1)}</NextContinuationToken>` : ''
            return end(
              200,
              `<ListBucketResult><IsTruncated>${more}</IsTruncated>${next}${rows}</ListBucketResult>`,
            )
          }
          if (object === undefined) return end(404, '<Error><Code>NoSuchKey</Code></Error>')
          const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? []
          if (first === undefined) return end(200, object)
          return end(206, object.subarray(Number(first), last === '' ? undefined : Number(last) + 1))
        }
      }
    })()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  const { port } = server.address() as AddressInfo
  const access: Bucket = {
    endpoint: `http://127.0.0.1:${port}/bucket`,
    region: 'eu-central-1',
    key: 'the-key',
    secret: 'the-secret',
  }
  return { access, objects, fail: (now) => void (failing = now) }
}
