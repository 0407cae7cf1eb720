import type { NotServed } from '../question.ts'
import type { Token } from './tokens.ts'

/** What may stand before a word without asking anything: "my pin", "le plafond svp". */
const AROUND = new Set(
  'a an the my our some un une le la les l mon ma mes notre nos du de d des please pls plz stp svp'.split(
    ' ',
  ),
)

/** Words that say by themselves what is wanted, of what is not done here or of a card that is gone. */
const SAYING: readonly (readonly [NotServed | 'freeze-card', string])[] = [
  ['transfer', 'transfer transfers virement virements'],
  ['loan', 'loan loans mortgage mortgages pret prets emprunt'],
  ['rates', 'rates taux'],
  ['pin', 'pin'],
  ['cheques', 'cheque cheques chequebook checkbook chequier'],
  ['details', 'iban rib bic'],
  ['limit', 'limit limits plafond plafonds'],
  ['overdraft', 'overdraft decouvert'],
  ['rewards', 'rewards cashback'],
  ['exchange-rate', 'exchange'],
  ['contactless', 'contactless'],
  ['insurance', 'insurance assurance assurances'],
  ['invest', 'invest investment investments bitcoin crypto bourse investir'],
  [
    'freeze-card',
    'stolen lost vole volee perdu perdue freeze block blocked geler gele gelez bloquer bloque bloquez opposition',
  ],
]
const MEANT: ReadonlyMap<string, NotServed | 'freeze-card'> = new Map(
  SAYING.flatMap(([meant, words]) => words.split(' ').map((word) => [word, meant] as const)),
)

/**
 * What a word that stands alone asks, where no rule knew it: null for one that asks nothing by itself, since "card" and "why" may
 * be the beginning of anything; undefined where there are more words than one.
 */
export function saidAlone(tokens: readonly Token[]): NotServed | 'freeze-card' | null | undefined {
  const words = tokens.filter(({ kind, text }) => kind !== 'break' && !AROUND.has(text))
  return words.length === 1 ? (MEANT.get(words[0]!.text) ?? null) : undefined
}
