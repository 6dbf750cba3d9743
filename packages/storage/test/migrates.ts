import { DatabaseSync } from 'node:sqlite'
import { openDatabase } from '../src/tables.ts'

// A program that opens a database of an older version, and kills itself before the nth step.
const [file = '', at = '1'] = process.argv.slice(2)
let left = Number(at)

class Dying extends DatabaseSync {
  override exec(sql: string): void {
    const migrating = sql.startsWith('BEGIN IMMEDIATE;')
    for (const part of migrating ? sql.split(/;\n/) : [sql]) {
      if (migrating && --left === 0) process.kill(process.pid, 'SIGKILL')
      super.exec(part)
    }
  }
}

openDatabase(file, new Dying(file))
