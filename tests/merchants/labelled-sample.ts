import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { resolveMerchant } from '#merchants'

/** A drawn descriptor with what a person read in it; several right answers where there are; none when it names nobody. */
export type Labelled = { descriptor: string; rows: number; merchants: string[]; categories: string[] }

/** Over rows, not descriptors. `wrong` lists what was given and is not what the label says. */
export type Score = {
  rows: number
  named: number
  right: number
  rightCategory: number
  wrong: { descriptor: string; rows: number; given: string; label: string }[]
}

export function readLabels(
  file: 'labelled-sample.tsv' | 'tuning-sample.tsv' | 'confirming-sample.tsv' = 'labelled-sample.tsv',
): Labelled[] {
  const [, ...lines] = readFileSync(join(import.meta.dirname, file), 'utf8')
    .trimEnd()
    .split('\n')
  return lines.map((line) => {
    const [descriptor, rows, merchants, categories] = line.split('\t') as [string, string, string, string]
    return { descriptor, rows: Number(rows), merchants: split(merchants), categories: split(categories) }
  })
}

const split = (alternatives: string | undefined): string[] => (alternatives ? alternatives.split('|') : [])

/** Resolves each descriptor by itself, as a bank without merchant codes would send it, and counts. */
export function score(sample: readonly Labelled[]): Score {
  const total: Score = { rows: 0, named: 0, right: 0, rightCategory: 0, wrong: [] }
  for (const { descriptor, rows, merchants, categories } of sample) {
    const { merchant, category, isNamed } = resolveMerchant(descriptor)
    total.rows += rows
    if (!isNamed) continue
    total.named += rows
    if (categories.includes(category)) total.rightCategory += rows
    if (merchants.some((label) => isSame(merchant, label, descriptor))) total.right += rows
    else total.wrong.push({ descriptor, rows, given: merchant, label: merchants.join(' or ') || 'nobody' })
  }
  return total
}

/**
 * The same name but for case, spaces, signs and `and`. A name that the terminal cut off is right as far as it goes: when
 * the label goes on where the descriptor itself ends.
 */
function isSame(given: string, label: string, descriptor: string): boolean {
  const [answer, truth, said] = [given, label, descriptor].map(lettersOf) as [string, string, string]
  return answer === truth || (truth.startsWith(answer) && said.endsWith(answer.slice(-CUT_LETTERS)))
}

/** So many letters at the end of an answer must be those at which the descriptor ends. */
const CUT_LETTERS = 4

const lettersOf = (name: string): string =>
  name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/and|&/g, '')
    .replace(/[^a-z0-9]/g, '')
