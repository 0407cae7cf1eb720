import {
  compareSpending,
  findPayments,
  listLargest,
  listPayments,
  type PaymentFilter,
  readBreakdown,
  readForecasts,
  readHoldings,
  readOverTime,
  readRecurring,
  readSpending,
} from '#accounts'
import type { Consents } from '#consent'
import { newCaseNumber } from '#fraud'
import { type Clock, currency, Private, type Random, type Sql } from '#kit'
import type { Offers } from '#offers'
import type { People } from '#people'
import type { Loan, Vault } from '#vault'
import { type Said, say } from './answer.ts'
import { sayBalance } from './answers/balance.ts'
import { cardsOf, sayWhichCard } from './answers/cards.ts'
import { sayDisputeElsewhere, sayWhichPayment } from './answers/dispute.ts'
import { sayForecast } from './answers/forecast.ts'
import { sayOffer, sayOffersStopped } from './answers/offers.ts'
import { sayOverTime } from './answers/over-time.ts'
import { sayFound, sayLargest, sayPayments, type Whose } from './answers/payments.ts'
import * as plain from './answers/plain.ts'
import { sayRecurring } from './answers/recurring.ts'
import { sayRefreshed, withNextUpdate } from './answers/refresh.ts'
import { sayBreakdown, sayComparison, saySpending } from './answers/spending.ts'
import { createButtons } from './buttons.ts'
import { createCardDesk } from './card-desk.ts'
import { createCaseButtons } from './case-buttons.ts'
import type { Deliver } from './channel.ts'
import { createLending } from './lending.ts'
import { createNews } from './news.ts'
import { consentEndedOnce } from './once.ts'
import type { BankDirectory, CaseDesk, HumanDesk, Planner, PullDesk } from './ports.ts'
import type { Filter, Question, Size } from './question.ts'
import type { Asker } from './scene.ts'
import { createUnderstanding } from './understanding/index.ts'
import { createWorthKnowing } from './worth-knowing.ts'

export type Conversation = ReturnType<typeof createConversation>

/** Turns questions, taps and news into answers. It keeps nothing itself: `deliver` takes each answer on its way. */
export function createConversation(needs: {
  vault: Vault
  people: People
  consents: Consents
  /** A pool of the role guichet_rooms: for who is linked to which bank, never for figures. */
  sql: Sql
  offers: Offers
  cases: CaseDesk
  banks: BankDirectory
  pulls: PullDesk
  humans: HumanDesk
  /** None unless an operator sets one up. */
  planner?: Planner | null
  clock: Clock
  random: Random
}) {
  const { vault, people, consents, sql, offers, cases, banks, pulls, humans, clock, random } = needs
  const lending = createLending({ vault, people, sql, banks, pulls, clock })
  const { lend, tell, liveLinks, bankName, named, line } = lending

  /** Answers one question, in one message or several. */
  async function answer<T>(question: Question, asker: Asker, deliver: Deliver<T>): Promise<T[]> {
    const one = async (message: Promise<T>) => [await message]
    const isLinked = async () => (await liveLinks(asker.personId)).length > 0
    switch (question.kind) {
      case 'greeting': {
        const linked = await liveLinks(asker.personId)
        const names = [...new Set(linked.map(({ bankId }) => bankName(bankId)))]
        return one(tell(deliver, plain.sayHello(names)))
      }
      case 'thanks':
        return one(tell(deliver, plain.sayThanks()))
      case 'help':
        return one(tell(deliver, plain.sayHelp(await isLinked())))
      case 'not-served':
        return one(tell(deliver, plain.sayNotServed(question.topic)))
      case 'not-understood':
        return one(tell(deliver, plain.sayNotUnderstood(question, await isLinked())))
      case 'stop':
        return one(tell(deliver, plain.sayStopped(), { errand: { kind: 'stop' } }))
      case 'start':
        return one(tell(deliver, plain.sayStarted(), { errand: { kind: 'start' } }))
      case 'consents':
        return one(tell(deliver, plain.sayConsents()))
      case 'who-read':
        return one(tell(deliver, plain.sayWhoRead()))
      case 'lines':
        return one(tell(deliver, plain.sayLinesWhere()))
      case 'walk-away':
        return one(tell(deliver, plain.sayWalkAway()))
      case 'link-bank':
        return one(tell(deliver, plain.sayLinkBank(question.bank, banks)))
      case 'human':
        return one(toHuman(asker, deliver))
      case 'dispute':
        return await askWhichPayment(asker, deliver)
      case 'freeze-card':
        return await askWhichCard(asker, deliver)
      case 'stop-offers':
        return await stopOffers(asker, deliver)
      case 'refresh':
        return await refresh(asker, deliver)
      case 'balance':
        return one(answerBalance(asker, deliver))
      default:
        return one(answerFromData(question, asker, deliver))
    }
  }

  /** The questions that need figures, each with the one purpose it is answered under. */
  function answerFromData<T>(question: DataQuestion, asker: Asker, deliver: Deliver<T>): Promise<T> {
    switch (question.kind) {
      case 'transactions': {
        const { filter, count, largest } = question
        return lend(
          { purpose: 'account-view', what: 'answer-transactions' },
          asker,
          deliver,
          async (loan, scene) => {
            const accounts = await whose(loan)
            if (largest) {
              const found = await listLargest(loan, filterOf(filter), count)
              return { said: found.map((payments) => sayLargest(payments, filter, scene, accounts)) }
            }
            const listing = await listPayments(loan, filterOf(filter), count)
            return { said: listing.map((found) => sayPayments(found, filter, scene, accounts)) }
          },
        )
      }
      case 'find':
        return lend({ purpose: 'account-view', what: 'answer-find' }, asker, deliver, async (loan, scene) => {
          const { amountMinor, filter } = question
          const accounts = await whose(loan)
          if (amountMinor === null) {
            const listing = await listPayments(loan, filterOf(filter), 20)
            return { said: listing.map((found) => sayPayments(found, filter, scene, accounts)) }
          }
          const wanted = {
            amountMinor: Math.abs(amountMinor),
            currency: question.currency === null ? null : currency(question.currency),
          }
          const found = await findPayments(loan, wanted, filterOf(filter))
          return { said: found.map((payments) => sayFound(payments, wanted, filter, scene, accounts)) }
        })
      case 'spending':
      case 'spending-by': {
        const { filter } = question
        // One shop is a sentence; one kind reads better by shop, and everything by kind.
        const by =
          question.kind === 'spending-by'
            ? question.by
            : filter.merchant !== undefined
              ? null
              : filter.category
                ? 'merchant'
                : 'category'
        return lend(
          { purpose: 'spending-insights', what: 'answer-spending' },
          asker,
          deliver,
          async (loan, scene) => ({
            said: by
              ? (await readBreakdown(loan, by, filterOf(filter))).map((breakdown) =>
                  sayBreakdown(breakdown, by, filter, scene),
                )
              : (await readSpending(loan, filterOf(filter))).map((spending) =>
                  saySpending(spending, filter, scene),
                ),
          }),
        )
      }
      case 'compare': {
        const { period, against, filter } = question
        return lend(
          { purpose: 'spending-insights', what: 'answer-compare' },
          asker,
          deliver,
          async (loan, scene) => ({
            said: (await compareSpending(loan, { period, against }, filterOf(filter), scene.now)).map(
              (comparison) => sayComparison(comparison, { period, against }, filter, scene),
            ),
          }),
        )
      }
      case 'over-time': {
        const { step, filter } = question
        return lend(
          { purpose: 'spending-insights', what: 'answer-spending' },
          asker,
          deliver,
          async (loan, scene) => ({
            said: (await readOverTime(loan, step, filterOf(filter), scene)).map((found) =>
              sayOverTime(found, step, filter, scene),
            ),
          }),
        )
      }
      case 'forecast': {
        const { until } = question
        // What comes back and what is usual is added up from payments, as "Understand my spending" says.
        return lend(
          { purpose: 'account-view', alsoFor: 'spending-insights', what: 'answer-forecast' },
          asker,
          deliver,
          async (loan, scene) => ({
            said: (await readForecasts(loan, until, scene)).map((found) =>
              sayForecast(found, question, scene),
            ),
          }),
        )
      }
      case 'recurring':
        return lend(
          { purpose: 'spending-insights', what: 'answer-recurring' },
          asker,
          deliver,
          async (loan, scene) => ({
            said: (await readRecurring(loan, question.about ?? {}, scene.now, scene.timeZone)).map((found) =>
              sayRecurring(found, question.about ?? null, scene),
            ),
          }),
        )
      case 'offers':
        return lend({ purpose: 'bank-offers', what: 'match-offers' }, asker, deliver, async (loan, scene) => {
          const bankIds = loan.links.map(({ bankId }) => bankId)
          return { said: (await offers.show(loan)).map((match) => sayOffer(match, bankIds, scene)) }
        })
    }
  }

  async function answerBalance<T>(asker: Asker, deliver: Deliver<T>): Promise<T> {
    const ask = { purpose: 'account-view', what: 'answer-balance' } as const
    return await lend(ask, asker, deliver, async (loan, scene, states) => {
      const covered = states.filter(({ linkId }) => loan.links.some((link) => link.linkId === linkId))
      return {
        said: (await readHoldings(loan)).map((holdings) =>
          withNextUpdate(sayBalance(holdings, scene), covered),
        ),
      }
    })
  }

  /** Has every bank read now, and says how that went and what there is. */
  async function refresh<T>(asker: Asker, deliver: Deliver<T>): Promise<T[]> {
    const linkIds = (await liveLinks(asker.personId)).map(({ id }) => id)
    const refreshed = await pulls.refresh(linkIds, asker.present)
    const said = sayRefreshed(refreshed, bankName)
    const told = said.text.length > 0 ? [await tell(deliver, said)] : []
    return [...told, await answerBalance(asker, deliver)]
  }

  /** Which link each account of a loan is of. */
  async function whose({ tx, links }: Loan<'account-view'>): Promise<Whose> {
    const known = await people.accountIdsOf(
      tx,
      links.map(({ linkId }) => linkId),
    )
    return new Map([...known].flatMap(([linkId, ids]) => ids.map((id): [string, string] => [id, linkId])))
  }

  /** A request that people of the bank's must see, under a number. */
  const newRequest = () => ({ number: newCaseNumber(random), at: clock.now() })

  /** Where somebody answers in the conversation itself: a link of each such bank. */
  async function answeredHere(links: readonly { id: string; bankId: string }[]) {
    const banksHere = await humans.answerHere([...new Set(links.map(({ bankId }) => bankId))])
    return banksHere.map((bankId) => ({ bankId, linkId: links.find((link) => link.bankId === bankId)!.id }))
  }

  /**
   * Notes the request under a number, says where somebody will answer and what they will see, and which telephone answers:
   * nothing is promised that is not set up. Who asks again is waited for already.
   */
  async function toHuman<T>(asker: Asker, deliver: Deliver<T>): Promise<T> {
    const noted = (await humans.waiting(asker.personId)) ?? newRequest()
    const links = await liveLinks(asker.personId)
    const bankIds = [...new Set(links.map(({ bankId }) => bankId))]
    const here = await answeredHere(links)
    const text =
      bankIds.length === 0
        ? [say('human-elsewhere', noted)]
        : [
            ...(here.length > 0 ? [handedOver(here, noted.number)] : []),
            ...bankIds.map((bankId) => say('human', { ...line(bankId), ...noted })),
          ]
    const errand = { kind: 'human', number: noted.number, bankIds, here } as const
    return await tell(deliver, { text, show: null, actions: [] }, { errand })
  }

  const handedOver = (here: readonly { bankId: string }[], number: string) =>
    say('handed-over', { banks: here.map(({ bankId }) => bankName(bankId)), number })

  /**
   * The payments of each bank that somebody may dispute, to tick; or what only the bank can do, where fraud alerts are not
   * on. Asked for in words, a dispute may be about anything, so it is noted for the bank's people too.
   */
  async function askWhichPayment<T>(asker: Asker, deliver: Deliver<T>): Promise<T[]> {
    const noted = newRequest()
    const links = await liveLinks(asker.personId)
    const bankIds = [...new Set(links.map(({ bankId }) => bankId))]
    const here = await answeredHere(links)
    const errand = { kind: 'dispute', number: noted.number, bankIds, here } as const
    if (links.length === 0) {
      const text = [say('human-elsewhere', noted)]
      return [await tell(deliver, { text, show: null, actions: [] }, { errand })]
    }
    const shown: T[] = []
    for (const { id: linkId, bankId } of links) {
      // One request, however many banks it may be about.
      const kept = shown.length === 0 ? { errand } : {}
      if ((await vault.livePurposes(linkId, ['fraud-alerts'])).length === 0) {
        shown.push(await tell(deliver, sayDisputeElsewhere(line(bankId), named(bankId), noted), kept))
        continue
      }
      const ask = { purpose: 'fraud-alerts', what: 'list-payments', linkIds: [linkId] } as const
      shown.push(
        await lend(ask, asker, deliver, async (loan) => {
          const read = await Private.together([loan.transactions(), loan.cases()])
          const said = read.map(([transactions, cases]) =>
            sayWhichPayment({ transactions, cases }, linkId, line(bankId), noted),
          )
          return { said, ...kept }
        }),
      )
    }
    if (here.length > 0) {
      const text = [handedOver(here, noted.number)]
      shown.push(await tell(deliver, { text, show: null, actions: [] }))
    }
    return shown
  }

  /** One message a bank: each is sealed under that bank's own link, so that its buttons outlive the others' consents. */
  async function askWhichCard<T>(asker: Asker, deliver: Deliver<T>): Promise<T[]> {
    const links = await liveLinks(asker.personId)
    const allowed: typeof links = []
    for (const link of links)
      if ((await vault.livePurposes(link.id, ['fraud-alerts'])).length > 0) allowed.push(link)
    const targets = allowed.length > 0 ? allowed.map((link) => [link.id]) : [undefined]
    const shown: T[] = []
    for (const linkIds of targets) {
      const ask = { purpose: 'fraud-alerts', what: 'list-cards', ...(linkIds && { linkIds }) } as const
      shown.push(
        await lend(ask, asker, deliver, async (loan) => {
          const { linkId, bankId } = loan.links[0]!
          const read = await Private.together([loan.accounts(), loan.transactions()])
          return {
            said: read.map(
              ([accounts, transactions]): Said =>
                sayWhichCard(cardsOf(accounts, transactions), line(bankId), linkId),
            ),
          }
        }),
      )
    }
    return shown
  }

  /** Withdraws the consent to offers at every bank. Each bank's message is told under its grant, once. */
  async function stopOffers<T>(asker: Asker, deliver: Deliver<T>): Promise<T[]> {
    const live = (await consents.of(sql, asker.personId)).filter(
      ({ purpose, state }) => purpose === 'bank-offers' && state === 'given',
    )
    if (live.length === 0) return [await tell(deliver, sayOffersStopped([]))]
    const shown: T[] = []
    for (const grant of live) {
      await vault.withdraw(asker.personId, grant.id)
      const said = sayOffersStopped([bankName(grant.bankId)])
      shown.push(await tell(deliver, said, { once: consentEndedOnce(grant.id) }))
    }
    return shown
  }

  const pressOnCase = createCaseButtons({ lending, cases, banks, clock })
  return {
    answer,
    /** What a person asks, one question after the other. */
    understand: createUnderstanding({ planner: needs.planner ?? null }),
    /** What a bank is called. */
    bankName,
    ...createButtons({ lending, pressOnCase, offers, answer, random }),
    ...createCardDesk({ lending, random }),
    /** That somebody at a bank writes from here on, and that the automatic assistant does again. Each is told once. */
    humanTook: <T>(bankId: string, number: string, deliver: Deliver<T>) =>
      tell(deliver, plain.sayHumanTook(bankName(bankId)), { once: `human-took|${bankId}|${number}` }),
    handedBack: <T>(bankId: string, number: string, deliver: Deliver<T>) =>
      tell(deliver, plain.sayHandedBack(bankName(bankId), number), {
        once: `handed-back|${bankId}|${number}`,
      }),
    ...createNews({ lending, consents, cases, sql, banks }),
    ...createWorthKnowing({ lending }),
  }
}

type DataQuestion = Extract<
  Question,
  {
    kind:
      | 'transactions'
      | 'find'
      | 'spending'
      | 'spending-by'
      | 'over-time'
      | 'compare'
      | 'forecast'
      | 'recurring'
      | 'offers'
  }
>

const filterOf = ({ period, merchant, category, size }: Filter): PaymentFilter => ({
  ...(period && period.grain !== 'all' && { span: { from: period.from, to: period.to } }),
  ...(merchant !== undefined && { merchant }),
  ...(category && { category }),
  ...(size && { range: rangeOf(size) }),
})

/** Both ends are in it: over a hundred is a hundred and a penny at least. */
function rangeOf({ bound, amountMinor, toMinor, currency }: Size): NonNullable<PaymentFilter['range']> {
  const least = {
    over: amountMinor + 1,
    'at-least': amountMinor,
    between: amountMinor,
    under: 0,
    'at-most': 0,
  }
  const most = {
    under: amountMinor - 1,
    'at-most': amountMinor,
    between: toMinor,
    over: null,
    'at-least': null,
  }
  return { leastMinor: least[bound], mostMinor: most[bound] ?? null, currency }
}
