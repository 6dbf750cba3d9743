import { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'
import { openPast } from './past.ts'
import { serve } from './thread.ts'

// The thread that builds documents. It reads by itself, so the writer never waits for it; it never writes.
serve(parentPort, openPast(new DatabaseSync(String(workerData), { readOnly: true, timeout: 5000 })))
