import { Temporal } from 'temporal-polyfill'
import type { Question, Until } from '../question.ts'
import { numberWordsAt } from './number-words.ts'
import { type Calendar, instantOf, unitOf } from './periods/span.ts'
import { MONTHS, WEEKDAYS } from './periods/words.ts'
import type { Token } from './tokens.ts'

/**
 * "How much will I have left at the end of the month?": what may be left, and how far ahead that is. In whole sentences of
 * either language, since a sentence about what is to come is nothing of ours otherwise.
 */

const MONEY = '(?:money |cash )?'
const ACCOUNT = '(?: (?:in|on) (?:my|the) (?:[a-z]+ )?accounts?)?'
const ARGENT = '(?: d argent| de sous)?'
const COMPTE = '(?: sur (?:mon|le) compte(?: courant)?)?'

/** Each asks by itself: without a day the end of the month is meant. */
const ASKED: readonly string[] = [
  `how much ${MONEY}(?:will|ll|would) i (?:still )?(?:have|be left with)(?: got)?(?: left| remaining| available)?(?: over)?${ACCOUNT}`,
  `how much ${MONEY}am i going to have(?: left)?${ACCOUNT}`,
  `how much ${MONEY}(?:will|is going to) (?:be left|be remaining|remain|be there)(?: over)?${ACCOUNT}`,
  `what (?:will|ll|would) (?:i have left|be left)${ACCOUNT}`,
  'what (?:will|would) my (?:account |bank |current )?balance be',
  'what (?:s|is) my (?:account |bank |current )?balance going to be',
  `(?:will i|am i going to|shall i|ll i) (?:still )?have (?:enough|any)(?: money)?(?: left)?${ACCOUNT}`,
  '(?:will i|am i going to) (?:be|go) (?:overdrawn|in the red|into the red|broke|short)',
  '(?:will i|am i going to) (?:run out(?: of money)?|make it)',
  '(?:(?:can|could) you )?(?:forecast|predict|project|estimate) my (?:account |bank |current )?balance',
  '(?:(?:show|give) )?(?:me )?(?:my |the |a )?(?:account )?(?:balance|cash flow|cashflow|account) (?:forecast|projection|prediction)',
  '(?:(?:show|give) )?(?:me )?(?:a |the )?(?:forecast|projection) (?:of|for) my (?:balance|account|money)',
  `combien${ARGENT} (?:est ce qu |qu )?(?:il )?(?:me |m en |nous )?restera(?: t il)?(?: encore)?${ARGENT}${COMPTE}`,
  `combien${ARGENT} (?:est ce qu |qu )?il (?:va|devrait) (?:me |nous )?rester${ARGENT}${COMPTE}`,
  `combien${ARGENT} (?:va|devrait) t il (?:me |nous )?rester${ARGENT}${COMPTE}`,
  `combien${ARGENT} (?:est ce que |que )?(?:j aurai|aurai je|j aurais|aurais je|je vais avoir|vais je avoir)(?: encore)?${ARGENT}${COMPTE}`,
  `(?:il )?(?:me )?restera combien${ARGENT}${COMPTE}`,
  `j aurai combien${ARGENT}${COMPTE}`,
  `(?:qu est ce qu il|que) (?:me restera(?: t il)?|va(?: t il)? me rester)${COMPTE}`,
  '(?:quel|combien) sera (?:le solde de )?mon (?:solde|compte)(?: bancaire| courant)?',
  '(?:ou|a combien) (?:en )?sera mon (?:solde|compte)',
  '(?:quel est )?(?:mon |le )?solde (?:prevu|previsionnel)',
  '(?:(?:montre|donne)(?: moi)? )?(?:une |la |ma )?previsions? (?:de |du |pour |sur )(?:mon |ma |le |la )?(?:solde|compte|tresorerie)',
  '(?:prevois|prevoir|estime|estimer|prevoyez|estimez) mon (?:solde|compte)',
  `(?:est ce que )?(?:j aurai|aurai je|je vais avoir|vais je avoir|il me restera|me restera t il) (?:encore )?assez${ARGENT}${COMPTE}`,
  '(?:est ce que )?(?:je vais|vais je) (?:etre|finir|tomber|passer|finir le mois) (?:a decouvert|dans le rouge|a sec)',
  '(?:est ce que )?(?:je serai|serai je) (?:a decouvert|dans le rouge|a sec)',
  '(?:est ce que )?(?:je vais|vais je) (?:tenir|m en sortir)',
]
/** These ask about now, unless a day is said. */
const ASKED_WITH_DAY: readonly string[] = [
  `how much ${MONEY}(?:can|could|may) i (?:still |safely )?spend`,
  `how much ${MONEY}(?:do i have|have i got) left`,
  `(?:how much ${MONEY}|what )(?:is (?:it )?(?:safe|ok|okay)|am i allowed|do i have) to spend`,
  'j ai combien(?: encore)? a depenser',
  '(?:il )?(?:me )?reste combien',
  `combien${ARGENT} (?:est ce que )?(?:je peux|puis je) (?:encore )?depenser`,
  `combien${ARGENT} (?:est ce qu |qu )?(?:il )?(?:me )?reste(?: t il)?(?: a depenser)?${ARGENT}`,
]
/** The same without a day: what is left until the usual pay comes in. */
const ASKED_UNTIL_PAID: readonly string[] = [
  `(?:how much ${MONEY}|what )(?:can|could|may) i (?:still |safely |afford to )?spend(?: still| now)?`,
  `how much ${MONEY}(?:do i have|have i got|is|is there) left to spend`,
  `combien${ARGENT} (?:est ce que )?(?:je peux|puis je|je pourrais|pourrais je) (?:encore |me permettre de )?depenser(?: encore)?`,
  '(?:qu est ce que|que) (?:je peux|puis je) (?:encore )?depenser',
  'je peux (?:encore )?depenser combien',
  `combien${ARGENT} (?:est ce qu |qu )?(?:il )?(?:me )?reste(?: t il)? a depenser`,
]
const THIS_MONTH = '(?: this month| ce mois ci| ce mois)?'
/** Whether it is enough for the rent: told with the rent taken off. */
const ASKED_WITH_RENT: readonly string[] = [
  `(?:do i|will i|would i|have i got|have i|i have) (?:still )?(?:have )?(?:got )?enough(?: money| cash)?(?: left)?${ACCOUNT} (?:for|to pay|to cover|to make) (?:my |the |our )?rent${THIS_MONTH}`,
  `(?:can|could|will) i (?:still |be able to )?(?:afford|pay|cover|make) (?:my |the |our )?rent${THIS_MONTH}`,
  `(?:est ce que )?(?:j ai|ai je|j aurai|aurai je) (?:encore )?(?:assez|de quoi)${ARGENT}${COMPTE} (?:pour|pour payer|payer) (?:mon |le |notre )?loyer${THIS_MONTH}`,
  `(?:est ce que )?(?:je peux|puis je|je pourrai|pourrai je) (?:encore )?(?:payer|regler) (?:mon |le |notre )?loyer${THIS_MONTH}`,
]
const SHOW = '(?:(?:(?:can|could) you )?(?:show|give|draw|make|plot)(?: me)? )?(?:a |the |my )?'
const MONTRE = '(?:(?:montre|montrez|donne|donnez|trace|tracez|dessine|dessinez|fais|faites)(?: moi)? )?'
const MY_BALANCE = '(?:my |the )?(?:account |bank |current account )?balances?'
const MON_SOLDE = '(?:mon |mes |le |la |les )?(?:soldes?|comptes?)(?: bancaires?| courants?)?'
/** How a balance went, in a drawing: past ones are not kept, and what may come is what can be drawn. */
const ASKED_OF_PAST: readonly string[] = [
  `${SHOW}(?:chart|graph|plot|curve|diagram|evolution|trend) (?:of|for) (?:my |the )?(?:${MY_BALANCE}|accounts?)(?: over time)?`,
  `${SHOW}history of ${MY_BALANCE}`,
  `${SHOW}(?:account |bank )?balances? (?:chart|graph|plot|curve|evolution|trend|history|over time)`,
  `(?:(?:can|could) you )?(?:plot|chart|graph|draw) ${MY_BALANCE}(?: over time)?`,
  `how (?:has|did|have) ${MY_BALANCE} (?:changed?|evolved?|developed?|moved?|gone)(?: over time)?`,
  `${MONTRE}(?:l |une |un |la |le )?(?:graphique|graphe|courbe|evolution|diagramme|tendance) (?:de |du |des |d )(?:l evolution (?:de |du |des ))?${MON_SOLDE}`,
  `${MONTRE}(?:l |un )?historique (?:de |du |des )(?:mon |mes |le |les )?soldes?`,
  `comment (?:evolue|evoluent|a evolue|ont evolue) ${MON_SOLDE}`,
]
/** "How much can I spend a day" is about each of them. */
const EACH = /^ (?:a|per|each|every|par|chaque) (?:day|week|month|year|jour|semaine|mois|an)$/
const UNTIL_WORDS_MAX = 9
const BEFORE = '^ (?:(?:and|so|ok|please|tell me|do you know|et|alors|dis moi|svp|stp) ){0,2}'
const AFTER = '(?: (?:please|then|svp|stp|s il te plait|s il vous plait|alors))? $'
const UNTIL = '(?<until>(?: [a-z0-9]+){1,9}?)'
const patterns = (cores: readonly string[], until: string) =>
  cores.map((core) => new RegExp(`${BEFORE}${core}${until}${AFTER}`))
const ALONE = patterns(ASKED, '')
const UNTIL_PAID = patterns(ASKED_UNTIL_PAID, '')
const WITH_RENT = patterns(ASKED_WITH_RENT, '')
const OF_PAST = patterns(ASKED_OF_PAST, '')
const DATED = patterns([...ASKED, ...ASKED_WITH_DAY], UNTIL)
const FRAGMENT = new RegExp(
  `^ (?:(?:and|what about|how about|or|et|ou|et pour) ){0,2}(?<until>(?:[a-z0-9]+ ){0,8}?[a-z0-9]+)${AFTER}`,
)

const RENT = 'rent(?: day| is due| goes out| comes out| is paid)?|loyer'
const PAY =
  'payday|pay day|pay|salary|wages|paycheck|paycheque|i get paid|i m paid|paie|paye|salaire|jour de paie|virement de mon salaire'
const MY = '(?:(?:my|the|next|mon|ma|le|la|du|de la|prochain|prochaine) ){0,2}'
const EVENTS = [
  ['rent', RENT],
  ['pay', PAY],
] as const
const eventPatterns = EVENTS.map(([event, names]) => ({
  event,
  pattern: new RegExp(
    `^(?<how>(?:(?:before|after|until|till|by|for|with|when|to pay|avant|apres|jusqu a|jusqu au|jusqu|d ici|pour|pour payer|quand|au|a) )?)${MY}(?:${names})$`,
  ),
}))

const PREP =
  '(?:(?:at|by|before|until|till|to|on|for|in|come|as of|through|pour finir|pour terminer|a|au|d ici|avant|jusqu a|jusqu au|pour|en|le|la|the|et|end of|the end of|fin|fin de|la fin de|on the|by the|before the|at the|until the|to the|d ici a|d ici la|avant le|avant la|a la|pour la|jusqu a la|jusqu en|d ici au) ){0,2}'
const END_OF = new RegExp(
  `^${PREP}(?:end of|month end|end|fin)(?: (?:of|the|this|my|du|de|de la|ce|cette|l|d|annee en cours)){0,2}(?: (?<next>next))?(?: ?(?<unit>month|week|year|mois|semaine|annee))?(?: (?<suivant>prochain|prochaine|suivant|suivante))?(?: ci)?$`,
)
const UNIT_ALONE = new RegExp(
  `^${PREP}(?:(?<next>next)|this|ce|cette|du)? ?(?<unit>month|week|year|mois|semaine|annee)(?: (?<suivant>prochain|prochaine|suivant|suivante))?(?: ci)?$`,
)
const IN_SOME =
  /^(?:(?:in|within|over the next|the next|for the next|dans|d ici|sous|les) )?(?:(?:about|the|next|environ) ){0,2}(?<count>[a-z0-9]+(?: [a-z]+)?) (?:prochains |prochaines )?(?<unit>days?|weeks?|months?|years?|fortnight|jours?|semaines?|mois|ans?|annees?)(?: from now| time| s time)?$/
const DAY = new RegExp(
  `^${PREP}(?:(?<weekday>${[...WEEKDAYS.keys()].join('|')})(?: (?:next|prochain|qui vient))?|next (?<nextday>${[...WEEKDAYS.keys()].join('|')}))$`,
)
const DATE = new RegExp(
  `^${PREP}(?:(?<day>\\d{1,2})(?: (?:st|nd|rd|th|er))?(?: (?:of )?(?<month>[a-z]+))?|(?<monthFirst>[a-z]+) (?:the )?(?<dayLast>\\d{1,2})(?: (?:st|nd|rd|th))?|(?<monthAlone>[a-z]+))$`,
)

/** What is asked about the days to come; null for another question. `near` when it was, and the day was not clear. */
export function aheadOf(
  words: string,
  calendar: Calendar,
  previous: Question | undefined,
): Extract<Question, { kind: 'forecast' | 'not-understood' }> | null {
  const asked = (some: readonly RegExp[]): boolean => some.some((pattern) => pattern.test(words))
  const endOfMonth = endOf('month', calendar, 0)
  if (asked(ALONE)) return { kind: 'forecast', until: endOfMonth }
  if (asked(UNTIL_PAID)) return { kind: 'forecast', until: { event: 'pay', isWith: false } }
  if (asked(WITH_RENT)) return { kind: 'forecast', until: { event: 'rent', isWith: true } }
  if (asked(OF_PAST)) return { kind: 'forecast', until: endOfMonth, insteadOfPast: true }
  for (const pattern of DATED) {
    const said = pattern.exec(words)?.groups?.until
    if (said === undefined || EACH.test(said)) continue
    const until = untilOf(said.trim(), calendar)
    if (until) return { kind: 'forecast', until }
    if (isTimely(said)) return { kind: 'not-understood', near: 'period' }
  }
  if (previous?.kind !== 'forecast' && previous?.kind !== 'balance') return null
  const said = FRAGMENT.exec(words)?.groups?.until
  const until = said === undefined ? null : untilOf(said, calendar)
  if (!until || (previous.kind === 'balance' && !isPlainlyAhead(said!, until, calendar))) return null
  return { kind: 'forecast', until }
}

/** After what is held now, "and in October?" said in November looks back, and "and my salary?" is about a payment. */
function isPlainlyAhead(said: string, until: Until, { today, timeZone }: Calendar): boolean {
  if ('event' in until)
    return /^(?:before|after|until|till|by|when|on|avant|apres|jusqu|d ici|quand)| day|jour/.test(said)
  return until.at <= instantOf(today.add({ months: 6 }), timeZone)
}

/** How far ahead, from the words that end with it; null where they name no time, so that none is taken for granted. */
export function aheadIn(words: string, calendar: Calendar): Question | null {
  const said = words.trim().split(' ')
  for (let from = Math.max(0, said.length - UNTIL_WORDS_MAX); from < said.length; from++) {
    const until = untilOf(said.slice(from).join(' '), calendar)
    if (until) return { kind: 'forecast', until }
  }
  return null
}

/** Whether what follows is about a time at all: "how much will I have left at Tesco" is another thing. */
const isTimely = (said: string): boolean =>
  / (?:before|after|until|till|by|in|this|next|avant|apres|dans|d ici|jusqu|ce|cette|ces)\b/.test(said)

function untilOf(said: string, calendar: Calendar): Until | null {
  for (const { event, pattern } of eventPatterns) {
    const found = pattern.exec(said)
    if (!found) continue
    const how = found.groups!.how!.trim()
    // Before the rent is what is left to pay it with; enough for the rent is asked about with it taken off.
    const isWith =
      how === 'after' ||
      how === 'apres' ||
      (event === 'rent' && /^(?:for|with|to pay|pour|pour payer)$/.test(how))
    return { event, isWith }
  }
  return someAhead(said, calendar) ?? endSaid(said, calendar) ?? dayAhead(said, calendar)
}

function endSaid(said: string, calendar: Calendar): Until | null {
  const found = END_OF.exec(said) ?? UNIT_ALONE.exec(said)
  if (!found) return null
  const { next, unit, suivant } = found.groups!
  return endOf(unitNamed(unit ?? 'month'), calendar, next || suivant ? 1 : 0)
}

type Unit = 'week' | 'month' | 'year'
const unitNamed = (word: string): Unit =>
  /^(?:week|semaine)/.test(word) ? 'week' : /^(?:year|annee)/.test(word) ? 'year' : 'month'

/** The first instant after this week, month or year, or the one after it. */
function endOf(unit: Unit, { today, timeZone }: Calendar, later: 0 | 1): Until & { at: number } {
  return { at: instantOf(unitOf(unit, unitOf(unit, today).start.add({ [`${unit}s`]: later })).end, timeZone) }
}

function someAhead(said: string, { today, timeZone }: Calendar): Until | null {
  const { count: counted, unit } = IN_SOME.exec(said)?.groups ?? {}
  if (counted === undefined || unit === undefined) return null
  const count = countOf(counted)
  const isYears = /^(?:year|an)/.test(unit)
  if (count === null || count < 1 || (isYears && count > 1)) return null
  const last = today.add(
    /^(?:day|jour)/.test(unit)
      ? { days: count }
      : /^mo/.test(unit)
        ? { months: count }
        : isYears
          ? { years: count }
          : { weeks: unit === 'fortnight' ? 2 : count },
  )
  return { at: instantOf(last.add({ days: 1 }), timeZone) }
}

function countOf(text: string): number | null {
  if (/^\d{1,3}$/.test(text)) return Number(text)
  if (text === 'a' || text === 'une' || text === 'un' || text === 'couple of')
    return text === 'couple of' ? 2 : 1
  const tokens = text.split(' ').map((word): Token => ({ text: word, kind: 'word', start: 0, end: 0 }))
  const read = numberWordsAt(tokens, 0)
  return read && read.next === tokens.length ? read.value : null
}

function dayAhead(said: string, { today, timeZone }: Calendar): Until | null {
  const after = (date: Temporal.PlainDate): Until => ({ at: instantOf(date.add({ days: 1 }), timeZone) })
  if (/^(?:by |on |before |until |d ici |a )?(?:tomorrow|demain)(?: soir| night| evening)?$/.test(said))
    return after(today.add({ days: 1 }))
  if (/^(?:for |until |pour )?(?:today|tonight|aujourd hui|ce soir)$/.test(said)) return after(today)
  if (/^(?:over |for |at |pour |d ici )?(?:this|the|ce|le) week ?end$/.test(said))
    return after(today.add({ days: 7 - today.dayOfWeek }))
  const { weekday, nextday } = DAY.exec(said)?.groups ?? {}
  const name = weekday ?? nextday
  if (name !== undefined) {
    const ahead = (WEEKDAYS.get(name)! - today.dayOfWeek + 7) % 7
    return after(today.add({ days: ahead === 0 ? 7 : ahead }))
  }
  const { day, month, monthFirst, dayLast, monthAlone } = DATE.exec(said)?.groups ?? {}
  const number = Number(day ?? dayLast ?? 0)
  const named = month ?? monthFirst ?? monthAlone
  const monthNumber = named === undefined ? null : MONTHS.get(named)
  if (monthNumber === undefined || (named === undefined && number === 0)) return null
  if (monthAlone !== undefined) return lastDayOf(monthNumber!, today, after)
  if (number < 1 || number > 31) return null
  for (const months of [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]) {
    const first = today.with({ day: 1 }).add({ months })
    if (monthNumber !== null && first.month !== monthNumber) continue
    if (number > first.daysInMonth) continue
    const date = first.with({ day: number })
    if (Temporal.PlainDate.compare(date, today) > 0) return after(date)
  }
  return null
}

function lastDayOf(
  month: number,
  today: Temporal.PlainDate,
  after: (date: Temporal.PlainDate) => Until,
): Until {
  const isOver = month < today.month
  const first = today.with({ day: 1, month }).add({ years: isOver ? 1 : 0 })
  return after(first.with({ day: first.daysInMonth }))
}
