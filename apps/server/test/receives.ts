import { ReadableStream } from 'node:stream/web'
import { time } from '../src/time.ts'
import { receive } from '../src/uploads/receive.ts'

// A program that receives 64 kB into a folder and prints what became of it.
const [folder = ''] = process.argv.slice(2)
const parts = Array.from({ length: 16 }, () => new Uint8Array(4096))
const received = await receive(ReadableStream.from(parts), folder, 1e9, time, async () => null)
process.stdout.write(typeof received === 'string' ? received : `received ${received.size}`)
