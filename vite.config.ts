import { resolve } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const page = (name: string) => resolve(import.meta.dirname, 'app', `${name}.html`)

const SCRIPT = 'embed-script'

/**
 * The documents: Guichet's own pages, the chat within another page, the bank console, the simulated bank's, and the demo's
 * control page. Nothing is inlined: the pages run under a strict content policy. One script has no document of ours: other
 * people's pages load it by its name, as a classic script, whose names must not become theirs.
 */
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
      input: {
        index: page('index'),
        embed: page('embed'),
        bank: page('bank'),
        'bank-home': page('bank-home'),
        control: page('control'),
        phone: page('phone'),
        console: page('console'),
        [SCRIPT]: resolve(import.meta.dirname, 'app/embed/embed-script.ts'),
      },
      output: {
        entryFileNames: ({ name }) => (name === SCRIPT ? 'embed.js' : 'assets/[name]-[hash].js'),
        banner: ({ name }) => (name === SCRIPT ? '(() => {' : ''),
        footer: ({ name }) => (name === SCRIPT ? '})()' : ''),
      },
    },
  },
})
