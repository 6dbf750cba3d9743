import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import type { Plugin } from 'vite'

const server = 'http://127.0.0.1:1234'

/** Where a document is opened its page is fetched beside the entry, not when the entry has run. */
const pageBesideEntry: Plugin = {
  name: 'page-beside-entry',
  transformIndexHtml: {
    order: 'post',
    handler: (_html, { bundle = {} }) =>
      Object.values(bundle)
        .filter((file) => file.type === 'chunk' && file.facadeModuleId?.endsWith('/src/page.tsx') === true)
        .map(({ fileName }) => ({
          tag: 'script',
          injectTo: 'head-prepend',
          children: `if (location.pathname.startsWith('/d/')) document.head.append(Object.assign(document.createElement('link'), { rel: 'modulepreload', href: '/${fileName}' }))`,
        })),
  },
}

export default defineConfig({
  plugins: [react(), pageBesideEntry],
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
