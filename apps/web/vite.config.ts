import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const server = 'http://127.0.0.1:1234'

export default defineConfig({
  plugins: [react()],
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
