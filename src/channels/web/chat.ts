import type { Purpose } from '#consent'
import type {
  Asker,
  BankDesk,
  Conversation,
  Deliver,
  OpenIntent,
  Place,
  Question,
  SealedIntent,
} from '#conversation'
import { understand } from '#conversation'
import {
  type Announcements,
  type Clock,
  Fault,
  type Locale,
  MINUTE,
  Private,
  type Random,
  type Sql,
  type Tx,
} from '#kit'
import type { People, Person } from '#people'
import type { Vault } from '#vault'
import type { CardOrderJson, LineChoiceJson, LinesJson, MessageJson } from '../../http/api.ts'
import { isQuiet } from '../stop.ts'
import { createBankOrders } from './bank-orders.ts'
import { createCards } from './cards.ts'
import type { Traffic } from './due-links.ts'
import { type Along, createExchanges, type Exchange, type Reader, type Unasked } from './exchange.ts'
import { addressees, isTaken, keepWords, wordsContext } from './handover-rows.ts'
import { createHandovers } from './handovers.ts'
import { createLineChoices } from './line-choices.ts'
import { createLineTeller } from './lines.ts'
import { type ButtonWords, readAsked, readButton, readQuestion, wasMissed } from './show.ts'
import { hashToken } from './tokens.ts'
import { createTranscript } from './transcript.ts'
import { CARRIED_LENGTH_MAX, MESSAGE_LENGTH_MAX, readWords } from './words-in.ts'
import { createWorthTeller } from './worth-knowing.ts'

/** After this long, “and in September?” no longer refers to the question before. */
const CONTEXT_MS = 30 * MINUTE
/** The most messages that a person’s own copy opens at a time. */
const COPY_PAGE = 500

export type Chat = ReturnType<typeof createChat>

/** Consents of a link that end together, and which warning it is. */
export type EndingConsents = {
  personId: string
  linkId: string
  bankId: string
  purposes: readonly Purpose[]
  at: number
  days: number
}
/** What a person let an app of theirs read. */
export type AppLet = {
  personId: string
  accessId: string
  app: string
  bankIds: string[]
  until: number
}
/** A link that its bank has not let be read since a while. */
export type BrokenConnection = {
  personId: string
  linkId: string
  bankId: string
  since: number
  pulledAt: number | null
  why: string | null
}

/** The web chat: our own page, where only the person and the bank's side can read. */
export function createChat(needs: {
  vault: Vault
  people: People
  conversation: Conversation
  desk: BankDesk
  /** A pool of the role guichet_rooms. */
  sql: Sql
  clock: Clock
  random: Random
  /** What banks send at the moment: what nobody waits for gives way to it. */
  traffic: Traffic
}) {
  const { vault, people, conversation, desk, sql, clock, random, traffic } = needs
  const transcript = createTranscript({ vault, people, sql, random })
  const exchanges = createExchanges({ sql, transcript, clock, random })
  const cards = createCards({ vault, people, sql, conversation })
  const lineChoices = createLineChoices({ vault, people, sql, conversation })
  const lines = createLineTeller({ sql, people, conversation, exchanges, clock, traffic })
  const worth = createWorthTeller({ sql, people, conversation, exchanges, clock, traffic })
  const bankOrders = createBankOrders({ vault, sql, conversation, desk, clock })

  type Button = {
    hash: Buffer
    messageId: string
    byLoan: boolean
    sealed: Buffer
    usedAt: number | null
    purpose: Place['purpose'] | null
    linkIds: string[]
  }

  async function findButton(personId: string, token: string): Promise<Button> {
    const [button] = await sql.query<Button>(
      `select token_hash as hash, message_id as "messageId", by_loan as "byLoan", action.sealed,
         used_at as "usedAt", purpose, link_ids as "linkIds"
       from channels.action join channels.message on message.person_id = action.person_id and message.id = message_id
       where action.person_id = $1 and token_hash = $2`,
      [personId, hashToken(token)],
    )
    if (!button) throw new Fault('not-found')
    if (button.usedAt !== null) throw new Fault('already-done')
    return button
  }

  /**
   * Uses a button up, and those beside it: the buttons of a message are alternatives. Of two taps at the same time one
   * waits for the other here, and then finds nothing left.
   */
  async function spend(tx: Tx, personId: string, button: Button): Promise<void> {
    await tx.query(`select 1 from channels.message where person_id = $1 and id = $2 for update`, [
      personId,
      button.messageId,
    ])
    const used = await tx.query(
      `update channels.action set used_at = $3 where person_id = $1 and message_id = $2 and used_at is null
       returning 1`,
      [personId, button.messageId, clock.now()],
    )
    if (used.length === 0) throw new Fault('already-done')
  }

  /** The person's language and time zone are remembered for what is told later without being asked. */
  async function noteReader(personId: string, reader: Reader): Promise<void> {
    const person = await mustFind(personId)
    if (person.locale !== reader.locale || person.timeZone !== reader.timeZone)
      await people.setLocale(sql, personId, reader.locale, reader.timeZone)
  }

  async function mustFind(personId: string): Promise<Person> {
    const person = await people.find(sql, personId)
    if (!person) throw new Fault('not-found')
    if (person.erasedAt !== null) throw new Fault('key-shredded')
    return person
  }

  /** Has done what an exchange ordered. A bank that does not answer has been told of; the order is kept. */
  async function carryOutNow(personId: string, reader: Reader, ordered: Exchange): Promise<MessageJson[]> {
    const shown: MessageJson[] = []
    for (const { linkId, kind, orderId } of ordered.orders) {
      const exchange = exchanges.begin(personId, reader)
      try {
        await bankOrders.carryOut({ personId, linkId, orderId }, exchange)
      } catch (error) {
        if (!(error instanceof Fault && error.retry)) throw error
      }
      shown.push(...exchange.messages)
      // The job may have been first. What it told is no less the answer to who ordered it.
      if (exchange.messages.length === 0)
        shown.push(
          ...(await show(personId, await transcript.toldUnder(personId, `${kind}:${orderId}:`), reader)),
        )
    }
    return shown
  }

  /** For what is told without being asked: somebody who may no longer be told is left in peace. */
  async function tellUnasked(
    personId: string,
    work: (person: Person, deliver: Deliver<MessageJson | null>) => Promise<unknown>,
    unasked: Unasked = { caseId: null },
  ): Promise<void> {
    const person = await people.find(sql, personId)
    if (!person || person.erasedAt !== null) return
    const exchange = exchanges.begin(personId, person, undefined, unasked)
    await work(person, async (answer, loan) =>
      answer.kind === 'refusal' ? null : await exchange.show(answer, loan),
    )
  }

  /** As `tellUnasked`, for what is no answer to anything they did: not for who said stop. */
  async function tellNews(personId: string, work: Parameters<typeof tellUnasked>[1]): Promise<void> {
    if (!(await isQuiet(sql, personId))) await tellUnasked(personId, work)
  }

  /** Words go to whoever at a bank is asked for them, too. */
  async function handOver(tx: Tx, personId: string, words: string): Promise<void> {
    for (const place of await addressees(tx, personId)) {
      const sealed = await vault.sealWords(personId, wordsContext(place), new Private(words))
      await keepWords(tx, personId, place, { at: clock.now(), sender: 'person', sealed })
    }
  }

  /**
   * Answers what was asked, from the part `from` on. Under `told` each answer has a name of its own: one that is there already
   * is not said again.
   */
  async function answerAll(
    personId: string,
    questions: readonly Question[],
    reader: Reader,
    exchange: Exchange,
    told: string | null,
    from = 0,
  ): Promise<void> {
    for (const [part, question] of questions.entries()) {
      if (part < from) continue
      let count = 0
      const deliver: Deliver<MessageJson | null> = (answer, loan) =>
        exchange.show(
          told === null ? answer : { ...answer, once: answer.once ?? `${told}|${part}|${count++}` },
          loan,
        )
      await conversation.answer(question, askerOf(personId, reader), deliver)
    }
  }

  async function show(personId: string, rows: Parameters<typeof transcript.showAll>[1], reader: Reader) {
    return rows.length === 0 ? [] : await transcript.showAll(personId, rows, reader)
  }

  return {
    /** What people at a bank do with who asks for them. */
    handovers: createHandovers({
      vault,
      people,
      sql,
      conversation,
      exchanges,
      transcript,
      clock,
      random,
    }),

    /**
     * What a person wrote, and the answers to it, kept together in one commit. Throws `message-too-long`,
     * `request-malformed` when nothing readable is left, and `key-shredded` once the person is erased. `told` names words
     * that a messenger carried and may deliver twice: `already-done` when they were heard before; `along` commits with them.
     */
    async hear(
      personId: string,
      text: string,
      reader: Reader,
      told: string | null = null,
      along?: Along,
    ): Promise<MessageJson[]> {
      const words = readWords(text, told === null ? MESSAGE_LENGTH_MAX : CARRIED_LENGTH_MAX)
      await noteReader(personId, reader)
      const now = clock.now()
      const last = await transcript.lastWords(personId, now - CONTEXT_MS)
      const previous = last && readQuestion(last)
      const { locale, timeZone } = reader
      // Somebody at a bank answers: nothing automatic does, but for what cannot wait, and no planner sees these words.
      const isWithSomebody = await isTaken(sql, personId)
      const context = { now, locale, timeZone, ...(previous && { previous }) }
      const understood = isWithSomebody
        ? [understand(words, context)].filter(({ kind }) => AT_ONCE.includes(kind))
        : await conversation.understand(words, context)
      const missed = understood.some(({ kind }) => kind === 'not-understood')
      const isAgain = last !== null && wasMissed(last)
      const questions = understood.map(
        (question): Question =>
          isAgain && question.kind === 'not-understood' ? { ...question, again: true } : question,
      )
      // A thank-you in between does not change the subject.
      const subject = questions.findLast(isAboutMoney) ?? previous ?? questions.at(-1) ?? null
      const content = {
        by: 'person',
        words,
        question: subject,
        ...(missed && { missed }),
        ...(told !== null && { asked: questions }),
      } as const
      const opening = async (tx: Tx) => {
        const own = await exchanges.writeOwn(tx, personId, content, null, reader, told)
        await handOver(tx, personId, words)
        await along?.(tx)
        return [own]
      }
      if (questions.length === 0) return await sql.transaction(opening)
      const exchange = exchanges.begin(personId, reader, opening)
      await answerAll(personId, questions, reader, exchange, told)
      return exchange.messages
    },

    /**
     * Answers what is left of words that were heard before under `told`: the last part of which something was answered may
     * not have been answered whole.
     */
    async goOn(personId: string, reader: Reader, told: string): Promise<void> {
      const heard = await transcript.heardAs(personId, told)
      if (!heard) return
      const from = Math.max(
        0,
        ...heard.answered.map((name) => Number(name.slice(told.length + 1).split('|')[0])),
      )
      const exchange = exchanges.begin(personId, reader)
      await answerAll(personId, readAsked(heard.words), reader, exchange, told, from)
    },

    /** Whether somebody at a bank reads what the person writes, or is waited for. */
    isHandedOver: async (personId: string): Promise<boolean> => (await addressees(sql, personId)).length > 0,

    /**
     * What a button does, once. `chosen` are the payments that were ticked above it; who `isSure` is not asked once more
     * whether a payment was not theirs; `along` commits with the tap. Throws `not-found` for a token that is not this
     * person's, `already-done` when it or one beside it was used before.
     */
    async act(
      personId: string,
      token: string,
      reader: Reader,
      chosen: readonly string[] = [],
      { isSure = false, along }: { isSure?: boolean; along?: Along } = {},
    ): Promise<MessageJson[]> {
      const button = await findButton(personId, token)
      await noteReader(personId, reader)
      const context = transcript.buttonContextOf(button.hash)
      const asker = askerOf(personId, reader)
      let pressed: ButtonWords | null = null

      const exchange = exchanges.begin(personId, reader, async (tx, loan) => {
        // The gate refused before the button was opened: nothing was done, and it can be tried again.
        if (!pressed || (pressed.intent.do === 'report-listed' && !loan)) return []
        await spend(tx, personId, button)
        await along?.(tx)
        const { label, intent } = pressed
        const question = intent.do === 'ask' ? intent.question : null
        const place = button.byLoan && loan ? { loan, purpose: button.purpose! } : null
        return [await exchanges.writeOwn(tx, personId, { by: 'person', label, question }, place, reader)]
      })

      if (!button.byLoan) {
        const opened = readButton<OpenIntent>(await vault.unsealWords(personId, context, button.sealed))
        pressed = opened
        await conversation.press(opened.intent, chosen, asker, exchange.show)
        return [...exchange.messages, ...(await carryOutNow(personId, reader, exchange))]
      }
      const place: Place = { purpose: button.purpose!, linkIds: button.linkIds }
      await conversation.pressSealed(
        place,
        (loan) => {
          const opened = readButton<SealedIntent>(loan.unseal(context, button.sealed))
          pressed = opened
          const { intent } = opened
          return isSure && intent.do === 'answer-case' ? { ...intent, sure: true } : intent
        },
        chosen,
        asker,
        exchange.show,
      )
      return [...exchange.messages, ...(await carryOutNow(personId, reader, exchange))]
    },

    /** Whether the bank was told to block the card that these messages ask about, and neither it nor the person took that back. */
    async isBlocking(personId: string, messageIds: readonly string[]): Promise<boolean> {
      const found = await sql.query(
        `select 1 from channels.bank_order as block
         where person_id = $1 and kind = 'block' and refused_at is null
           and case_id in (select case_id from channels.outbox where person_id = $1 and message_ids && $2::text[])
           and not exists (
             select 1 from channels.bank_order as later
             where later.person_id = $1 and later.link_id = block.link_id and later.kind = 'unblock'
               and later.refused_at is null and later.seq > block.seq)
         limit 1`,
        [personId, messageIds],
      )
      return found.length > 0
    },

    /** Which payments the person wants a line about, for their own page. */
    lines: async (personId: string): Promise<LinesJson[]> =>
      (await lineChoices.list(personId)).map((one) => ({ ...one, bank: conversation.bankName(one.bankId) })),

    /** Keeps what they choose there. */
    async chooseLines(
      personId: string,
      choice: LineChoiceJson & { linkId: string },
      reader: Reader,
    ): Promise<void> {
      // Quiet hours are those of the clock that they were chosen by.
      await noteReader(personId, reader)
      await lineChoices.choose(personId, choice)
    },

    /** The person's cards, for their own page. */
    cards: cards.list,

    /** Has something done with a card, from our own page, and tells in the conversation how it went. */
    async orderForCard(personId: string, order: CardOrderJson, reader: Reader): Promise<MessageJson[]> {
      await noteReader(personId, reader)
      const exchange = exchanges.begin(personId, reader)
      const { kind, ...card } = order
      await conversation.orderForCard(kind, card, { personId, timeZone: reader.timeZone }, exchange.show)
      return [...exchange.messages, ...(await carryOutNow(personId, reader, exchange))]
    },

    /** A page of the conversation, oldest first; what may no longer be read says why instead. */
    async history(
      personId: string,
      options: { before?: string; limit: number; locale: Locale },
    ): Promise<MessageJson[]> {
      const { timeZone } = await mustFind(personId)
      const rows = await transcript.page(personId, options)
      return await show(personId, rows, { locale: options.locale, timeZone })
    },

    /** The answers to words that were heard under that name; null when they were not. */
    repliesTo: transcript.repliesTo,

    /** One message, in the language the person reads; null when there is none of that id. */
    async message(personId: string, messageId: string): Promise<MessageJson | null> {
      const person = await people.find(sql, personId)
      if (!person || person.erasedAt !== null) return null
      const row = await transcript.find(personId, messageId)
      return row ? ((await show(personId, [row], person))[0] ?? null) : null
    },

    /** The whole conversation as lines of text, oldest first, for the person's own copy. */
    async transcript(personId: string): Promise<{ at: number; from: string; text: string }[]> {
      const person = await mustFind(personId)
      const lines: MessageJson[] = []
      let before: string | undefined
      for (;;) {
        const rows = await transcript.page(personId, {
          limit: COPY_PAGE,
          ...(before !== undefined && { before }),
        })
        lines.unshift(...(await show(personId, rows, person)))
        if (rows.length < COPY_PAGE) break
        before = rows[0]!.id
      }
      return lines.map(({ at, from, text }) => ({ at, from, text }))
    },

    /** Forgets a conversation. Its keys are shredded by the vault; this takes the ciphertext away too. */
    async forget(personId: string): Promise<void> {
      await sql.transaction((tx) => transcript.forget(tx, personId))
    },

    // Listeners to announcements: each is safe to run again, since what it tells is told once.

    /** Asks *was this you?* about a case. */
    async tellCase(ids: { personId: string; linkId: string; caseId: string }): Promise<void> {
      await tellUnasked(
        ids.personId,
        ({ id, timeZone }, deliver) => conversation.alert(ids, { personId: id, timeZone }, deliver),
        { caseId: ids.caseId },
      )
    },

    /** Asks again about a case that nobody answered. */
    async tellCaseAgain(ids: { personId: string; linkId: string; caseId: string }): Promise<void> {
      await tellUnasked(
        ids.personId,
        ({ id, timeZone }, deliver) => conversation.alertAgain(ids, { personId: id, timeZone }, deliver),
        { caseId: ids.caseId },
      )
    },

    /** Tells how the bank decided a dispute. */
    async tellDecision(ids: { personId: string; linkId: string; caseId: string }): Promise<void> {
      await tellUnasked(ids.personId, ({ id, timeZone }, deliver) =>
        conversation.disputeDecided(ids, { personId: id, timeZone }, deliver),
      )
    },

    /** Tells that a bank opened, closed or renumbered an account, or shows it no longer. */
    async tellAccount(ids: Announcements['account-changed']): Promise<void> {
      await tellNews(ids.personId, ({ id, timeZone }, deliver) =>
        conversation.accountChanged(ids, { personId: id, timeZone }, deliver),
      )
    },

    /** Quiet lines about payments: a round tells what is due. */
    tellLines: lines.round,

    /** Things worth knowing, unasked: a round looks at what is due. */
    tellWorthKnowing: worth.round,

    /** Has a link looked at for them, once it is linked or more is allowed at it. */
    noteWorthKnowing: worth.noteLink,

    /** Which kinds of them the person hears of, for their own page, and what they choose there. */
    worthChoices: worth.choices,
    chooseWorth: worth.choose,

    /** Tells that a bank is linked, or that more was allowed at it, and what can be asked now. */
    async tellLinked(ids: { personId: string; linkId: string }): Promise<void> {
      await tellUnasked(ids.personId, ({ id, timeZone }, deliver) =>
        conversation.linked(ids, { personId: id, timeZone }, deliver),
      )
    },

    async tellAppLet(allowed: AppLet): Promise<void> {
      await tellUnasked(allowed.personId, (_, deliver) => conversation.appLet(allowed, deliver))
    },

    async tellBankLeft(ids: { personId: string; bankId: string }): Promise<void> {
      await tellNews(ids.personId, (_, deliver) => conversation.bankLeft(ids.bankId, deliver))
    },

    async tellAccessEnded(ids: { personId: string; linkId: string }): Promise<void> {
      await tellNews(ids.personId, (_, deliver) => conversation.accessEnded(ids, deliver))
    },

    /** That consents are about to end; `days` names which warning it is. */
    async tellConsentsEnding({ personId, ...ending }: EndingConsents): Promise<void> {
      await tellNews(personId, (_, deliver) => conversation.consentsEnding(ending, deliver))
    },

    async tellConnectionBroken({ personId, ...state }: BrokenConnection): Promise<void> {
      await tellNews(personId, (_, deliver) => conversation.connectionBroken(state, deliver))
    },

    async tellConsentEnded(ids: { personId: string; linkId: string; purpose: string }): Promise<void> {
      await tellUnasked(ids.personId, (_, deliver) => conversation.consentEnded(ids, deliver))
    },

    /** Has a bank do what a person told us to. Throws while the bank does not answer: it is then called again. */
    async carryOut(ids: { personId: string; linkId: string; orderId: string }): Promise<void> {
      const person = await people.find(sql, ids.personId)
      if (!person || person.erasedAt !== null) return
      await bankOrders.carryOut(ids, exchanges.begin(ids.personId, person))
    },
  }
}

/** What is done whoever answers: it can only make somebody safer, or quieter. */
const AT_ONCE: readonly Question['kind'][] = ['freeze-card', 'stop', 'start']

const ABOUT_MONEY: readonly Question['kind'][] = [
  'balance',
  'transactions',
  'spending',
  'spending-by',
  'over-time',
  'forecast',
  'compare',
  'recurring',
  'find',
]
const isAboutMoney = ({ kind }: Question) => ABOUT_MONEY.includes(kind)

function askerOf(personId: string, { timeZone, present }: Reader): Asker {
  return { personId, timeZone, ...(present && { present }) }
}
