import { readBeat } from './read-beat.ts'

// A process of its own that prints what a fresh connection finds at a path: `node read-beat-main.ts FILE SCOPE`.
const [, , file = '', scope] = process.argv
process.stdout.write(JSON.stringify(readBeat(file, scope === 'file' ? 'file' : 'file-and-log')))
