import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'

/** The test sentences are not part of this repository: this names the folder they are in. */
export const FOLDER_VARIABLE = 'GUICHET_BENCH_NLU'
const FOLDER = process.env[FOLDER_VARIABLE] ?? join(import.meta.dirname, '../../../shared/data/nlu')

/** A sentence with what people said that it is about; null for something that none of the intents is. */
export type Labelled = {
  text: string
  intent: string | null
  /** Of another domain altogether: it is learned from, and too easy to choose a threshold by. */
  isDecoy?: true
}

export const hasSets = (): boolean => existsSync(FOLDER)
const read = (path: string): string => readFileSync(join(FOLDER, path), 'utf8')

type Pair = [text: string, intent: string]
type Clinc = Record<'train' | 'val' | 'test' | 'oos_train' | 'oos_val' | 'oos_test', Pair[]>

/** CLINC150's 30 intents of banking and cards; what is of its other domains or of none is null. */
export function readClinc(): { learn: Labelled[]; test: Labelled[] } {
  const all = JSON.parse(read('clinc150/data_oos_plus.json')) as Clinc
  const domains = JSON.parse(read('clinc150/domains.json')) as Record<string, string[]>
  const ours = new Set([...domains.banking!, ...domains.credit_cards!])
  const known = (pairs: Pair[]) =>
    pairs.map(
      ([text, intent]): Labelled =>
        ours.has(intent) ? { text, intent } : { text, intent: null, isDecoy: true },
    )
  const none = (pairs: Pair[]) => pairs.map(([text]) => ({ text, intent: null }))
  return {
    learn: [
      ...fewerDecoys([...known(all.train), ...known(all.val)]),
      ...none(all.oos_train),
      ...none(all.oos_val),
    ],
    // The official test: 900 sentences of the 30 intents, and 1,000 that are out of scope of all 150.
    test: [...known(all.test).filter(({ intent }) => intent !== null), ...none(all.oos_test)],
  }
}

/** As Guichet itself learns: of other domains, one sentence in eight. */
const DECOYS_EVERY = 8
function fewerDecoys(examples: readonly Labelled[]): Labelled[] {
  let decoys = 0
  return examples.filter(({ isDecoy }) => !isDecoy || decoys++ % DECOYS_EVERY === 0)
}

/** The French bank-card set, in its own order. */
export function readFrench(): Labelled[] {
  return parse(read('french-bank-cards/bank_cards_fr_v2.csv'), { columns: true }) as Labelled[]
}

export const NEAR_MISS_SETS = [
  'CLINC-Single-Domain-OOS/banking',
  'CLINC-Single-Domain-OOS/credit_cards',
] as const

/** Intents that are served, and others of the same domain that are not: their names begin with `oos_`. */
export function readNearMiss(set: (typeof NEAR_MISS_SETS)[number]): { learn: Labelled[]; test: Labelled[] } {
  const part = (split: string, label: string): Labelled[] => {
    const lines = (name: string) =>
      read(`clinc-single-domain-oos/${set}/${split}/${name}`).trimEnd().split('\n')
    const intents = lines(label)
    return lines('seq.in').map((text, i) => ({ text, intent: intents[i]!.trim() }))
  }
  return {
    learn: [...part('train', 'label'), ...part('valid', 'label'), ...part('id-oos/valid', 'label_original')],
    test: [...part('test', 'label'), ...part('id-oos/test', 'label_original')],
  }
}
