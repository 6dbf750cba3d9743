import { join } from 'node:path'
import { batchOf } from '../src/batch.ts'
import { openDatabase, openTables } from '../src/tables.ts'
import { entry } from './writing.ts'

// A program that writes 10,000 updates, the last 200 of them one by one, says so, and waits to be killed.
const [folder = ''] = process.argv.slice(2)
const db = openDatabase(join(folder, 'quire.db'))
db.exec('PRAGMA wal_autocheckpoint = 0') // all of it stays in the write-ahead log
const tables = openTables(db)
for (let last = 0; last < 10_000;) {
  const count = last < 9800 ? 200 : 1
  const positions = Array.from({ length: count }, (_, index) => last + 1 + index)
  const update = (position: number): Uint8Array =>
    Uint8Array.of(position >> 8, position & 255, 1, 2, 3, 4, 5, 6)
  tables.append(batchOf(positions.map((position) => entry('room', position, update(position)))))
  last += count
}
process.stdout.write('done\n')
setInterval(() => {}, 1000)
