import { type Category, resolveMerchant } from '#merchants'
import type { RecurringSubject } from '../question.ts'
import { categoryAt } from './categories.ts'
import { SUBSCRIPTIONS } from './phrases.ts'
import type { Utterance } from './tokens.ts'

/**
 * "When is my rent due?", "how much is my rent?": which payments that come back are asked about, in whole sentences of either language. Only the
 * whole utterance counts, so that "when is my appointment due" is nothing of ours.
 */

/** A name: a few words, none of them cut. */
const WHAT = '(?<what>[a-z0-9&]+(?: [a-z0-9&]+){0,4}?)'
const EN_KIND = '(?: payments?| bills?| subscriptions?| direct debits?| debits?| standing orders?)?'
const EN_MY = '(?:my |the |our )?(?:next )?'
const FR_MY = '(?:mon |ma |mes |le |la |l |les |notre )?(?:prochaine? |prochaine?s )?'

const EACH_MONTH = '(?: (?:a|per|each|every) month| par mois| chaque mois| tous les mois)?'

const ABOUT_ONE: readonly RegExp[] = [
  `when (?:is|s|are) ${EN_MY}${WHAT}${EN_KIND} (?:next )?(?:due|taken|coming out|going out|charged|renewed|renewing|to be paid)(?: next| again)?`,
  `when (?:is|s) (?:my |the )?next ${WHAT}${EN_KIND}`,
  `when (?:do|will|must|should) i (?:next )?(?:have to )?pay (?:for )?${EN_MY}${WHAT}${EN_KIND}(?: next| again)?`,
  `when (?:does|will|do) ${EN_MY}${WHAT}${EN_KIND} (?:next )?(?:come out|go out|leave|renew|fall due|get charged|get taken)(?: next| again)?`,
  `how much (?:is|s|was) (?:my |the |our )?(?:last |latest |next )?${WHAT} (?:bill|subscription|direct debit|standing order)${EACH_MONTH}`,
  `combien (?:coute|me coute|fait|est|je paie pour|je paie) (?:mon|l) abonnement (?:a |de |d |chez )?${WHAT}${EACH_MONTH}`,
  `combien (?:coute|me coute|fait|est) (?:ma|la) facture (?:de |d )?${WHAT}${EACH_MONTH}`,
  `quand (?:est ce que )?(?:tombe|tombera|passe|passera|part|sort|arrive|est preleve|sera preleve|est debite|sera debite|est du|se renouvelle|est) ${FR_MY}${WHAT}(?: prochaine?)?`,
  `quand (?:est ce que )?${FR_MY}${WHAT} (?:tombe|passe|part|est il preleve|est preleve|sera preleve|sera t il preleve|tombe t il|passe t il)`,
  `quand (?:dois je|est ce que je dois|je dois|vais je|devrai je) (?:payer|regler) ${FR_MY}${WHAT}`,
  `quand (?:est ce que )?(?:je paie|je regle|paie je) ${FR_MY}${WHAT}`,
  `(?:quelle est |c est quand )?(?:la date|la prochaine date|l echeance|la prochaine echeance) (?:de |d |du )${FR_MY}${WHAT}`,
  `c est quand ${FR_MY}${WHAT}`,
].map((pattern) => new RegExp(`^ ${pattern} $`))

/** How much the rent is, as it comes back: what was paid of it in some period is a sum, and asked otherwise. */
const ABOUT_RENT: readonly RegExp[] = [
  `how much (?:is|s) (?:my |the |our )rent${EACH_MONTH}`,
  `how much rent (?:do|am) i pay(?:ing)?${EACH_MONTH}`,
  `how much (?:do|am) i pay(?:ing)? (?:for |in |of )?(?:my |the )?rent${EACH_MONTH}`,
  `(?:c est )?combien(?: est ce que)?(?: je pa[iy]e| pa[iy]e je| coute| me coute| est)?(?: de| pour| en)?(?: mon| le)? loyer${EACH_MONTH}`,
  `(?:c est )?combien de loyer (?:est ce que )?(?:je pa[iy]e|pa[iy]e je)${EACH_MONTH}`,
  `je pa[iy]e combien (?:de|pour mon|pour le) loyer${EACH_MONTH}`,
  `(?:quel est|c est quoi|a combien est|a combien s eleve) (?:le montant de )?mon loyer${EACH_MONTH}`,
].map((pattern) => new RegExp(`^ ${pattern} $`))

const SOON =
  '(?: next| soon| this week| this month| before payday| before the end of the month| bientot| cette semaine| ce mois ci| ce mois| avant la fin du mois| d ici la fin du mois)?'
const ABOUT_ALL: readonly RegExp[] = [
  `(?:what|which) (?:payments|bills|subscriptions|direct debits) (?:are|have i got|do i have) (?:coming up|coming out|coming|due|left)${SOON}`,
  `what ?(?:is|s) (?:coming up|coming out|going out|due)${SOON}`,
  `(?:quels|quelles) (?:prelevements|paiements|factures|abonnements|echeances) (?:arrivent|tombent|passent|vont tomber|vont passer|sont prevus|sont prevues)${SOON}`,
  `qu est ce qui (?:tombe|arrive|passe|part|va tomber|va partir|va etre preleve|est preleve)${SOON}`,
  '(?:show |show me |list )?(?:my |the )?(?:upcoming|next|coming) (?:payments|bills|direct debits|subscriptions|standing orders)',
  '(?:quels sont |montre |montre moi |montrez moi )?(?:mes |les )?(?:prochains|prochaines) (?:prelevements|paiements|factures|abonnements|echeances)',
  '(?:quels sont |montre |montre moi |montrez moi )?(?:mes |les )?(?:prelevements|paiements|factures|echeances) a venir',
].map((pattern) => new RegExp(`^ ${pattern} $`))

const RENT = new Set(['rent', 'loyer', 'rent payment'])
/** Kinds whose payments come back by themselves: nobody knows when they next go out for lunch. */
const COMING_BACK: ReadonlySet<Category> = new Set<Category>([
  'bills',
  'subscriptions',
  'leisure',
  'education',
])
const ANYTHING = new Set('bills factures prelevements payments paiements'.split(' '))

/** Which payments are meant: all of them, or those of a shop or kind. Null when this is another question. */
export function dueOf(words: string, tokenise: (text: string) => Utterance): RecurringSubject | null {
  if (ABOUT_ALL.some((pattern) => pattern.test(words)))
    return SUBSCRIPTIONS.test(words) ? { category: 'subscriptions' } : {}
  if (ABOUT_RENT.some((pattern) => pattern.test(words))) return { rent: true }
  for (const pattern of ABOUT_ONE) {
    const what = pattern.exec(words)?.groups?.what
    const subject = what === undefined ? null : subjectOf(what, tokenise)
    if (subject) return subject
  }
  return null
}

/** Null for what is neither a shop that is known nor a kind of spending: it is not guessed at. */
function subjectOf(what: string, tokenise: (text: string) => Utterance): RecurringSubject | null {
  if (RENT.has(what)) return { rent: true }
  if (ANYTHING.has(what)) return {}
  const { merchant, known } = resolveMerchant(what)
  if (known) return { merchant }
  const { tokens } = tokenise(what)
  const found = categoryAt(tokens, 0)
  return found && found.next === tokens.length && COMING_BACK.has(found.category)
    ? { category: found.category }
    : null
}
