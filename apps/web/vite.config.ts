import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import type { Plugin } from 'vite'

const server = 'http://127.0.0.1:1234'

const dictionaries = {
  en: '/src/words/english.ts',
  de: '/src/words/german.ts',
  fr: '/src/words/french.ts',
  es: '/src/words/spanish.ts',
  ja: '/src/words/japanese.ts',
  ar: '/src/words/arabic.ts',
}

/**
 * What the small entry will import is fetched beside it, not when it has run: the rest of the page with the words of
 * its language, and where a document is opened what shows documents.
 */
const besideEntry: Plugin = {
  name: 'beside-entry',
  transformIndexHtml: {
    order: 'post',
    handler: (_html, { bundle = {} }) => {
      const within = (module: string): string[] => {
        const files = new Set<string>()
        const add = (name: string): void => {
          const file = bundle[name]
          if (file?.type !== 'chunk' || file.isEntry || files.has(name)) return
          files.add(name)
          file.imports.forEach(add)
        }
        for (const file of Object.values(bundle))
          if (file.type === 'chunk' && file.facadeModuleId?.endsWith(module) === true) add(file.fileName)
        return [...files]
      }
      const start = within('/src/start.tsx')
      const page = within('/src/page.tsx').filter((file) => !start.includes(file))
      if (page.length === 0) return []
      const words = Object.entries(dictionaries).map(([code, module]) => [code, within(module)[0]])
      const speak = `document.head.append(Object.assign(document.createElement('link'), { rel: 'modulepreload', href: '/' + ${JSON.stringify(Object.fromEntries(words))}[document.documentElement.lang] }))`
      const script = `if (location.pathname.startsWith('/d/')) for (const file of ${JSON.stringify(page)}) document.head.append(Object.assign(document.createElement('link'), { rel: 'modulepreload', href: '/' + file }))`
      return [
        ...start.map((file) => ({
          tag: 'link',
          attrs: { rel: 'modulepreload', href: `/${file}` },
          injectTo: 'head-prepend' as const,
        })),
        { tag: 'script', children: script, injectTo: 'head-prepend' as const },
        { tag: 'script', children: speak, injectTo: 'head' as const }, // after the script that chooses the language
      ]
    },
  },
}

export default defineConfig({
  plugins: [react(), besideEntry],
  build: {
    target: 'es2023',
    manifest: true,
    assetsInlineLimit: 0, // the page's policy allows files of its own, and nothing inlined
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1_000, // what counts is the budget, gzipped: see budget.ts
  },
  server: {
    host: '127.0.0.1',
    proxy: { '/api': server, '/sync': { target: server, ws: true } },
  },
})
