import { resolve } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const page = (name: string) => resolve(import.meta.dirname, 'app', `${name}.html`)

/** Four documents: Guichet's own pages, the bank console, the simulated bank's, and the demo's control page. Nothing is inlined: the pages run under a strict content policy. */
export default defineConfig({
  root: 'app',
  plugins: [react()],
  build: {
    outDir: '../dist/app',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
    rollupOptions: {
      input: { index: page('index'), bank: page('bank'), control: page('control'), console: page('console') },
    },
  },
})
