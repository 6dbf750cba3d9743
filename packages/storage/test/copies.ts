import { backup } from '../src/backup.ts'

// A program that makes a backup.
const [folder = '', file = ''] = process.argv.slice(2)
backup(folder, file)
