import { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'
import { buffersOf } from './load.ts'
import { openReads } from './reads.ts'
import { serve } from './thread.ts'

// The thread that reads for joins, roles, lists and sign-in. It waits for no write and no search, and never writes.
const db = new DatabaseSync(String(workerData), { readOnly: true, timeout: 5000 })
serve(parentPort, openReads(db), { load: buffersOf })
