#!/usr/bin/env node
// Runs the command line on Node 24, whichever Node started this: the installed libraries bring it.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const main = join(root, 'src/main.ts')

if (Number(process.versions.node.split('.')[0]) >= 24) {
  process.argv[1] = main
  await import(new URL('../src/main.ts', import.meta.url).href)
} else {
  const node = join(root, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node')
  if (!existsSync(node)) {
    console.error(
      `Guichet needs Node 24 and this is ${process.versions.node}. Run \`npm ci\` in ${root}: it brings Node 24.`,
    )
    process.exit(1)
  }
  const child = spawn(node, [main, ...process.argv.slice(2)], { stdio: 'inherit' })
  // Ctrl-C reaches the whole group: the child ends in order, and we wait for it.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)))
}
