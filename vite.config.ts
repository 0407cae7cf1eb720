import { resolve } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const page = (name: string) => resolve(import.meta.dirname, 'app', `${name}.html`)

/** Scripts that are asked for by their name: by other people's pages, and by the browser itself. */
const BY_NAME: Record<string, string> = { 'embed-script': 'embed.js', 'push-worker': 'push-worker.js' }

/**
 * The documents: Guichet's own pages, the chat within another page, the bank console, the simulated bank's, and the demo's
 * control page. Nothing is inlined: the pages run under a strict content policy. What is loaded by its name is a classic
 * script, whose names must not become those of the page around it.
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
        'embed-script': resolve(import.meta.dirname, 'app/embed/embed-script.ts'),
        'push-worker': resolve(import.meta.dirname, 'app/push/push-worker.ts'),
      },
      output: {
        entryFileNames: ({ name }) => BY_NAME[name] ?? 'assets/[name]-[hash].js',
        banner: ({ name }) => (name in BY_NAME ? '(() => {' : ''),
        footer: ({ name }) => (name in BY_NAME ? '})()' : ''),
      },
    },
  },
})
