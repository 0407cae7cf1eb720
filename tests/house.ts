import { glob, readFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'

export const ROOT = join(import.meta.dirname, '..')

/** A source file, with its comments taken out and everything it imports. Paths are from the project's root. */
export type Source = { path: string; text: string; imports: string[]; isTest: boolean }

/** Every TypeScript file of our own. */
export async function readSources(): Promise<Source[]> {
  const folders = ['src', 'app', 'sim', 'tests', 'bench', 'scripts']
  const patterns = folders.map((folder) => `${folder}/**/*.{ts,tsx}`)
  const paths = (await Array.fromAsync(glob(patterns, { cwd: ROOT }))).map((path) =>
    path.replaceAll('\\', '/'),
  )
  return await Promise.all(
    paths.sort().map(async (path) => {
      const text = withoutComments(await readFile(join(ROOT, path), 'utf8'))
      return { path, text, imports: importsOf(path, text), isTest: /\.(test|fixture)\.tsx?$/.test(path) }
    }),
  )
}

/** Module names as written, but relative ones as a path from the root. */
function importsOf(path: string, text: string): string[] {
  const written = [
    ...text.matchAll(/^\s*(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]/gm),
    ...text.matchAll(/^\s*import\s*['"]([^'"]+)['"]/gm),
    ...text.matchAll(/\bimport\(\s*['"]([^'"]+)['"]\s*\)/g),
  ].map((match) => match[1]!)
  return written.map((name) => (name.startsWith('.') ? relative('.', join(dirname(path), name)) : name))
}

/** Block and line comments; a `//` after a colon is an address in a string. */
function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[^:'"`])\/\/.*$/gm, '$1')
}

/** The floors from the top. Rooms on one floor do not know each other. */
export const FLOORS: readonly (readonly string[])[] = [
  ['composition'],
  ['http', 'channels', 'banks', 'faces'],
  ['conversation'],
  ['accounts', 'fraud', 'offers', 'intake', 'readers'],
  ['vault'],
  ['consent', 'accesslog', 'people', 'merchants'],
  ['config', 'database'],
  ['kit'],
]

/** The room a file of `src/` stands in: its folder, or for the files beside the rooms what they belong to. */
export function roomOf(path: string): string {
  const [, first = '', ...rest] = path.split('/')
  if (rest.length > 0) return first === 'commands' ? 'composition' : first
  return first.startsWith('config') || first === 'nearest-name.ts' ? 'config' : 'composition'
}

export function floorOf(room: string): number {
  return FLOORS.findIndex((floor) => floor.includes(room))
}
