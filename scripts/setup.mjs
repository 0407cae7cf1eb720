/**
 * Makes a clean clone ready, and costs a few milliseconds when it is: installs the libraries when they are not those of
 * package-lock.json, and with `--pages` builds the pages when their sources have, and has the classifier of questions learn
 * when its sentences have changed. Plain JavaScript for Node 18 and later,
 * because it runs before the Node 24 that it installs.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const at = (...path) => join(root, ...path)

/** Everything the pages are made of. */
const PAGE_SOURCES = [
  'app',
  'src/http/api.ts',
  'src/accesslog/proof',
  'vite.config.ts',
  'tsconfig.json',
  'package-lock.json',
]

/** Everything that the classifier of questions follows from. */
const UNDERSTANDING_SOURCES = [
  'src/conversation/understanding/classifier',
  'src/conversation/understanding/data',
]

installLibraries()
if (process.argv.includes('--pages')) {
  buildPages()
  trainUnderstanding()
}

function installLibraries() {
  if (isInstalled()) return
  console.log('Installing the libraries Guichet needs, Node 24 among them (about half a minute, once) …')
  const began = Date.now()
  // npm tells its scripts where it is; without it, the one on the path has to do.
  const npm = process.env.npm_execpath
  const [command, first] = npm && /\.c?js$/.test(npm) ? [process.execPath, [npm]] : ['npm', []]
  const options = ['ci', '--no-fund', '--no-audit', '--loglevel=error']
  const result = spawnSync(command, [...first, ...options], {
    cwd: root,
    stdio: 'inherit',
    // An npm that does not know `allowScripts` yet would have onnxruntime-node fetch what only graphics cards need.
    env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' },
    shell: command === 'npm' && process.platform === 'win32',
  })
  if (result.status !== 0)
    stop(
      'npm could not install the libraries (its own message is above). Check the network, then run the same command again.',
    )
  if (!existsSync(nodeProgram()))
    stop(
      'npm installed the libraries without running their install scripts, so Node 24 and PostgreSQL are not complete.',
      'If your npm is set to ignore scripts, run: npm ci --ignore-scripts=false',
    )
  console.log(`Installed in ${seconds(began)}.`)
}

/** npm writes down what it has put into node_modules: every package of the lock file, but for other systems’ programs. */
function isInstalled() {
  const installed = readPackages('node_modules/.package-lock.json')
  if (!installed || !existsSync(nodeProgram())) return false
  return Object.entries(readPackages('package-lock.json') ?? {}).every(([path, { version, optional }]) =>
    path === '' ? true : installed[path] ? installed[path].version === version : optional === true,
  )
}

function readPackages(path) {
  const text = readIfThere(at(path))
  return text === null ? null : JSON.parse(text).packages
}

function buildPages() {
  const stamp = at('dist/.built')
  const sources = hashOf(PAGE_SOURCES)
  if (readIfThere(stamp) === sources || !existsSync(at('app/index.html'))) return
  console.log('Building the pages (a few seconds) …')
  const began = Date.now()
  const result = spawnSync(nodeProgram(), [at('node_modules/vite/bin/vite.js'), 'build', '--logLevel=warn'], {
    cwd: root,
    stdio: 'inherit',
  })
  if (result.status !== 0) stop('The pages could not be built; the message above says why.')
  writeFileSync(stamp, sources)
  console.log(`Built in ${seconds(began)}.`)
}

function trainUnderstanding() {
  const stamp = at('dist/.understanding')
  const sources = hashOf(UNDERSTANDING_SOURCES)
  if (readIfThere(stamp) === sources && existsSync(at('dist/understanding.model'))) return
  console.log('Teaching the chat what people ask a bank (a few seconds) …')
  const result = spawnSync(nodeProgram(), [at('scripts/train-understanding.ts')], {
    cwd: root,
    stdio: 'inherit',
  })
  if (result.status !== 0) stop('The classifier could not be trained; the message above says why.')
  writeFileSync(stamp, sources)
}

/** The Node 24 that npm installed. */
function nodeProgram() {
  return at('node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node')
}

/** A hash of the named files and folders: names and contents. */
function hashOf(paths) {
  const hash = createHash('sha256')
  const add = (path) => {
    if (!existsSync(at(path))) return
    if (statSync(at(path)).isDirectory()) {
      for (const name of readdirSync(at(path)).sort()) add(join(path, name))
    } else if (!path.includes('.test.')) {
      hash.update(`${path}\0`).update(readFileSync(at(path)))
    }
  }
  for (const path of paths) add(path)
  return hash.digest('hex')
}

function readIfThere(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : null
}

function seconds(began) {
  return `${((Date.now() - began) / 1000).toFixed(1)} s`
}

function stop(...lines) {
  console.error(`\n${lines.join('\n')}`)
  process.exit(1)
}
