import {
  type Action,
  createSpeech,
  type Intent,
  isSealedIntent,
  type Label,
  languageOf,
  type NamedCard,
  type OrderKind,
  type OrderWords,
  type Question,
  type Said,
  type SealedIntent,
  type Show,
  type Template,
  wordsIn,
} from '#conversation'
import { type Locale, Private, type Random } from '#kit'
import type { LineChoice } from '#vault'
import type { ActionJson, CardJson, LinesJson, MessageJson, ShowJson } from '../../http/api.ts'
import { reveal } from '../../kit/reveal.ts'
import { hashToken, newToken } from './tokens.ts'
import { visibleText } from './words-in.ts'

// This file is the one place of this room that unwraps private values: the last step before a person's own screen.

/** What a message's seal holds. A person's words, the label they tapped on, or an answer; never a rendered language. */
export type Content =
  /** `missed`: it was not understood. `asked`: all that was asked in it, where its answering may have to be gone on with. */
  | { by: 'person'; words: string; question: Question | null; missed?: true; asked?: readonly Question[] }
  | { by: 'person'; label: Template; question: Question | null }
  | { by: 'guichet'; text: Template[]; show: Show | null; actions: KeptAction[] }
  /** Somebody at a bank, under its name. */
  | { by: 'human'; words: string; bank: string }

type KeptAction = { label: Template; style: Action['style'] } & (
  | { token: string; chooses?: 'payments' }
  | { href: string }
)

/** A button to keep: its token's hash, and its sealed part. */
export type Button = { hash: Buffer; byLoan: boolean; what: Private<string> }
/** What a button's seal holds. */
export type ButtonWords<I extends Intent = Intent> = { intent: I; label: Template }

/** Gives each button that does something a token of its own. */
export function mintButtons(
  said: Private<Said>,
  random: Random,
): { content: Private<Content>; buttons: Button[] } {
  const buttons: Button[] = []
  const { text, show, actions } = reveal(said)
  const kept = actions.map((action): KeptAction => {
    const { label, style } = action
    if ('href' in action) return { label, style, href: action.href }
    const token = newToken(random)
    const { intent } = action
    const what = new Private(JSON.stringify({ intent, label } satisfies ButtonWords))
    buttons.push({ hash: hashToken(token), byLoan: isSealedIntent(intent), what })
    return { label, style, token, ...(action.chooses && { chooses: action.chooses }) }
  })
  return { content: new Private<Content>({ by: 'guichet', text, show, actions: kept }), buttons }
}

/** Whether a question is about a payment by card: it decides which of our sentences says elsewhere that it waits. */
export const asksOfCard = (said: Private<Said>): boolean =>
  reveal(said).actions.some(
    (action) => 'intent' in action && action.intent.do === 'answer-case' && action.intent.hasCard,
  )

/** What a button does, from its opened seal. */
export function readButton<I extends Intent>(what: Private<string>): ButtonWords<I> {
  return JSON.parse(reveal(what)) as ButtonWords<I>
}
export type { SealedIntent }

/** Whether two orders are about the same card: it decides which of them is sent, and nobody reads it. */
export function isOfSameCard(one: Private<OrderWords>, other: Private<OrderWords>): boolean {
  const [a, b] = [reveal(one), reveal(other)]
  return a.accountId === b.accountId && a.cardNumberDisplay === b.cardNumberDisplay
}

/** Whether a person's last word about a case is that it was them: it decides which orders are sent. */
export const saysOwn = (isOwn: Private<boolean>): boolean => reveal(isOwn)

/** The question in a person's own message, to understand the next one by. */
export function readQuestion(content: Private<Content>): Question | null {
  const plain = reveal(content)
  return plain.by === 'person' ? plain.question : null
}

/** All that was asked in it, where that is kept. */
export function readAsked(content: Private<Content>): readonly Question[] {
  const plain = reveal(content)
  return plain.by === 'person' && 'words' in plain ? (plain.asked ?? []) : []
}

/** Whether that message was not understood. */
export function wasMissed(content: Private<Content>): boolean {
  const plain = reveal(content)
  return plain.by === 'person' && 'words' in plain && plain.missed === true
}

/** What was written between a person and somebody at their bank, for the screen of who took the request over. */
export const showWords = (words: Private<string>): string => reveal(words)

/** Our own opaque ids of the payments that a message tells. */
export const idsOf = (transactionIds: Private<readonly string[]>): readonly string[] => reveal(transactionIds)

/** Something that was ordered for a card. */
export type CardDeed = {
  kind: OrderKind
  accountId: string
  cardNumberDisplay: string | undefined
  /** Null while the bank has not done it. */
  doneAt: number | null
  isRefused: boolean
}

/** A link's cards as its person's own page lists them. */
export function showCards(
  link: { linkId: string; bankId: string },
  drawn: Private<{ cards: NamedCard[]; deeds: CardDeed[] }>,
): CardJson[] {
  const { cards, deeds } = reveal(drawn)
  return cards.map(({ accountId, account, cardNumberDisplay }) => {
    const own = deeds.filter(
      (deed) => deed.accountId === accountId && deed.cardNumberDisplay === cardNumberDisplay,
    )
    const done = own.filter(({ doneAt }) => doneAt !== null)
    const last = done.findLast(({ kind }) => kind === 'block' || kind === 'unblock')
    const waiting = own.findLast(({ doneAt, isRefused }) => doneAt === null && !isRefused)
    return {
      ...link,
      accountId,
      account: visibleText(account),
      cardNumberDisplay,
      blockedAt: last?.kind === 'block' ? last.doneAt : null,
      newCardAt: done.findLast(({ kind }) => kind === 'replace')?.doneAt ?? null,
      waitsFor: (waiting?.kind ?? null) as CardJson['waitsFor'],
    }
  })
}

/** Which payments have lines at a link, as its person's own page shows it. */
export function showLines(
  link: { linkId: string; bankId: string },
  drawn: Private<{ cards: NamedCard[]; choices: LineChoice[] }>,
): Omit<LinesJson, 'bank'> {
  const { cards, choices } = reveal(drawn)
  const numbers = [...new Set(cards.map(({ cardNumberDisplay }) => cardNumberDisplay))]
  return {
    ...link,
    currencies: currenciesOf(cards),
    cards: numbers.map((cardNumberDisplay) => ({
      cardNumberDisplay,
      currencies: currenciesOf(cards.filter((card) => card.cardNumberDisplay === cardNumberDisplay)),
    })),
    choices: choices.map(({ cardNumberDisplay, lines, above, quiet }) => ({
      cardNumberDisplay,
      lines,
      above,
      quiet,
    })),
  }
}

const currenciesOf = (cards: readonly NamedCard[]): string[] => [
  ...new Set(cards.map(({ currency }) => currency)),
]

type Frame = Pick<MessageJson, 'id' | 'from' | 'at' | 'kind'>
type Reader = { locale: Locale; timeZone: string }

/** A message as the person reads it. `isLive` says which tokens still work: used buttons are not drawn. */
export function showMessage(
  frame: Frame,
  content: Private<Content>,
  isLive: (tokenHash: Buffer) => boolean,
  reader: Reader,
): MessageJson {
  const plain = reveal(content)
  // “Today” is the day the message was written: a sentence must not change its meaning with age.
  const tongue = createTongue(reader, frame.at)
  const none = { ...frame, show: null, actions: [], withheld: null }
  if (plain.by === 'person') {
    if ('words' in plain) return { ...none, text: plain.words, ...spoken(plain.words) }
    return { ...none, text: tongue.tell(plain.label), lang: reader.locale }
  }
  if (plain.by === 'human') return { ...none, text: plain.words, bank: plain.bank, ...spoken(plain.words) }
  return {
    ...none,
    lang: reader.locale,
    text: plain.text.map(tongue.tell).join('\n'),
    show: plain.show && tongue.draw(plain.show),
    actions: plain.actions.flatMap((action): ActionJson[] => {
      const label = tongue.tell(action.label)
      if ('href' in action) return [{ label, style: action.style, href: action.href }]
      const { style, token, chooses } = action
      return isLive(hashToken(token)) ? [{ label, style, token, ...(chooses && { chooses }) }] : []
    }),
  }
}

/** The language of words that somebody wrote, where it can be told. */
function spoken(words: string): { lang?: Locale } {
  const lang = languageOf(words)
  return lang === null ? {} : { lang }
}

/** A message whose content can no longer be read, saying why. */
export function showWithheld(frame: Frame, why: 'consent-ended' | 'erased', locale: Locale): MessageJson {
  return { ...frame, text: wordsIn[locale].withheld[why], show: null, actions: [], withheld: why }
}

function createTongue({ locale, timeZone }: Reader, at: number) {
  const words = wordsIn[locale]
  const speech = createSpeech(locale, timeZone, at)

  const tell = (template: Template): string => {
    // Each sentence takes the values of its own key; the compiler cannot follow the pair through the union.
    const sentence = words.sentences[template.say] as (values: unknown, speech: unknown) => string
    return visibleText(sentence(template.with, speech))
  }
  const name = (label: Label): string => {
    if ('name' in label) return visibleText(label.name)
    if ('category' in label) return words.categories[label.category]
    if ('period' in label) return words.periodName(label.period, speech)
    return tell(label.template)
  }
  const draw = (show: Show): ShowJson => {
    switch (show.type) {
      case 'transactions':
        return {
          type: 'transactions',
          caption: tell(show.caption),
          rows: show.rows.map((row) => ({
            ...row,
            merchant: visibleText(row.merchant),
            category: words.categories[row.category],
          })),
          more: show.more,
        }
      case 'accounts':
        return { ...show, caption: tell(show.caption) }
      case 'recurring':
        return {
          type: 'recurring',
          caption: tell(show.caption),
          rows: show.rows.map(({ merchant, category, rhythm, ...row }) => ({
            ...row,
            merchant: visibleText(merchant),
            category: name({ category }),
            rhythm: tell({ say: 'rhythm', with: { rhythm } }),
          })),
        }
      case 'table':
        return {
          type: 'table',
          caption: tell(show.caption),
          columns: show.columns.map(tell),
          rows: show.rows.map(({ label, cells }) => ({
            label: name(label),
            cells: cells.map((cell) => ('template' in cell ? tell(cell.template) : cell)),
          })),
        }
      case 'bars':
        return {
          type: 'bars',
          caption: tell(show.caption),
          currency: show.currency,
          series: show.series.map(name),
          points: show.points.map(({ label, values }) => ({ label: name(label), values })),
        }
      case 'over-time':
        return {
          type: 'over-time',
          caption: tell(show.caption),
          currency: show.currency,
          steps: show.steps.map(({ from, netMinor }) => ({
            label: tell({ say: 'step-name', with: { step: show.step, at: from } }),
            short: tell({ say: 'step-short', with: { step: show.step, at: from } }),
            netMinor,
          })),
          isRunning: show.isRunning,
        }
      case 'forecast':
        return {
          type: 'forecast',
          caption: tell(show.caption),
          currency: show.currency,
          now: show.now,
          // A day's end is the first instant of the next one.
          days: show.days.map(({ at, ...range }, i) => ({
            ...range,
            label: tell({ say: 'date', with: { at: at - 1 } }),
            short: tell({ say: 'day-short', with: { at: at - 1 } }),
            due: show.due
              .filter((one) => one.at < at && one.at >= (show.days[i - 1]?.at ?? 0))
              .map(({ merchant, amountMinor }) => ({ merchant: visibleText(merchant), amountMinor })),
          })),
        }
      case 'offer':
        return {
          type: 'offer',
          bank: show.bank,
          title: show.title[locale],
          body: show.body[locale],
          reason: show.reason[locale],
        }
    }
  }
  return { tell, draw }
}
