import { enableCompileCache } from 'node:module'
import { fileURLToPath } from 'node:url'
import { keepYoungSmall } from './young.ts'

keepYoungSmall()
// Node reads, strips and compiles every file anew at each start unless it may keep what it made: that is half of the
// time between a restart and the first connection. Where the folder cannot be written it goes on without.
enableCompileCache(fileURLToPath(new URL('../../../node_modules/.cache/quire', import.meta.url)))
await import('./cli.ts')
