import { join } from 'node:path'
import { defineConfig } from 'vite'
import page from '../vite.config.ts'

const root = join(import.meta.dirname, '..')
const grammar = join(root, '../../packages/editor')

/**
 * The page as another version of it is: of the same sources, announcing the schema of `SKEWED_SCHEMA`, and with
 * `SKEWED_GRAMMAR=newer` with a grammar that knows more.
 */
export default defineConfig({
  ...page,
  root,
  plugins: [
    ...(page.plugins ?? []),
    {
      name: 'skewed',
      enforce: 'pre',
      transform(code, id) {
        if (id === join(grammar, 'src/schema.ts') && process.env['SKEWED_GRAMMAR'] === 'newer')
          return `${code}\nimport { Newer } from '${join(grammar, 'test/newer.ts')}'\nblocks.push(Newer)`
        if (id === join(grammar, 'src/version.ts'))
          return `export const schemaVersion = ${Number(process.env['SKEWED_SCHEMA'])}`
        return
      },
    },
  ],
})
