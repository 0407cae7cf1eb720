import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { CLASSES, type Class, OF_CLINC, OF_FRENCH } from './classes.ts'
import type { Example } from './linear.ts'

/** The sentences the classifier learns from; `data/README.md` tells whose they are. */
const DATA = join(import.meta.dirname, '../data')
const SOURCES = ['clinc150.tsv.gz', 'french-bank-cards.tsv.gz', 'own.tsv', 'meanings.bin'] as const
/** Of sentences of other domains: more of them teach no more, and each has to be encoded. */
const OTHERS_EVERY = 8
const OUT_OF_SCOPE = 'oos'

/** The bytes it all follows from, for telling whether a kept model is still of them. */
export const readSources = (): Buffer[] => SOURCES.map((name) => readFileSync(join(DATA, name)))

/** Every sentence with what it is about here. */
export function readExamples([clinc, french, own]: readonly Buffer[] = readSources()): Example[] {
  return [
    ...fewerOthers(linesOf(gunzipSync(clinc!)).map(([label, text]) => ({ label, text }))).map(
      ({ label, text }) => ({ text, class: OF_CLINC[label] ?? null }),
    ),
    ...linesOf(gunzipSync(french!)).map(([label, text]) => ({ text, class: OF_FRENCH[label]! })),
    ...linesOf(own!).map(([label, text]) => ({ text, class: label === 'none' ? null : classNamed(label) })),
  ]
}

/** All but most of what is of another domain; what CLINC150 itself holds to be out of scope stays whole. */
function fewerOthers<T extends { label: string }>(lines: readonly T[]): T[] {
  let others = 0
  return lines.filter(
    ({ label }) => label in OF_CLINC || label === OUT_OF_SCOPE || others++ % OTHERS_EVERY === 0,
  )
}

const linesOf = (bytes: Buffer): [label: string, text: string][] =>
  bytes
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t') as [string, string])

function classNamed(label: string): Class {
  const found = CLASSES.find((name) => name === label)
  if (!found) throw new Error(`own.tsv names ${label}, which is no class`)
  return found
}
