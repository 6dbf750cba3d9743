import { parentPort, workerData } from 'node:worker_threads'
import { buffersOf } from './load.ts'
import { openDatabase, openTables } from './tables.ts'
import { serve } from './thread.ts'

// The thread that owns the database. Its data is the path of the file.
serve(parentPort, openTables(openDatabase(String(workerData))), { load: buffersOf })
