import { parentPort, workerData } from 'node:worker_threads'
import { FileGuard } from './db/file-guard.ts'
import { openDatabase, openTables } from './tables.ts'
import { serve } from './thread.ts'

// The thread that owns the database. Its data is the path of the file.
const file = String(workerData)
const db = openDatabase(file)
serve(parentPort, openTables(db, new FileGuard(db, file)))
