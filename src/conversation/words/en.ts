import type { Rhythm, WorthKind } from '#accounts'
import { PURPOSES, type Purpose } from '#consent'
import type { Money } from '#kit'
import type { Period, RecurringSubject, Size, Until } from '../question.ts'
import { EEA } from './eea.ts'
import { NOT_SERVED_EN } from './not-served-en.ts'
import { tellReason } from './reasons-en.ts'
import type {
  AccountNamed,
  BankLine,
  BrokenWhy,
  Narrowing,
  PaymentNamed,
  Wanted,
  Words,
} from './sentences.ts'
import type { Speech } from './speech.ts'

const number = new Intl.NumberFormat('en')
const many = (count: number, one: string, more: string) =>
  `${number.format(count)} ${count === 1 ? one : more}`
const payments = (count: number) => many(count, 'payment', 'payments')
const purposeName = (purpose: Purpose) => `“${PURPOSES[purpose].en.name}”`
const moment = (at: number, speech: Speech) =>
  speech.isToday(at) ? `today at ${speech.time(at)}` : `on ${speech.date(at)} at ${speech.time(at)}`
const RHYTHMS: Record<Rhythm, string> = {
  weekly: 'every week',
  fortnightly: 'every two weeks',
  monthly: 'every month',
  quarterly: 'every three months',
  yearly: 'every year',
}

const WORTH: Record<WorthKind, string> = {
  'low-balance': 'a low balance before the rent',
  'duplicate-charge': 'charges that look made twice',
  'price-rise': 'prices that rise',
  'refund-arrived': 'refunds',
}

const accountName = ({ bank, account, numberDisplay }: AccountNamed) =>
  `${account} (${bank}, ending ${numberDisplay})`
const asOf = (at: number, speech: Speech) =>
  speech.isToday(at) ? speech.time(at) : `${speech.time(at)} on ${speech.date(at)}`

const BROKEN: Record<BrokenWhy, string> = {
  silent: 'it does not answer',
  refused: 'it refuses to let me read your accounts',
  unreadable: 'its answers cannot be read or are not whole',
  busy: 'it asks to be left alone for a while',
}

const ofSubject = ({ rent, merchant, category }: RecurringSubject) =>
  rent ? ' of rent' : merchant ? ` to ${merchant}` : category ? ` on ${categories[category]}` : ''

/** `October 2026`, `3 November`, `1 to 15 October`. */
function periodName(period: Period, speech: Speech): string {
  switch (period.grain) {
    case 'day':
      return speech.date(period.from)
    case 'week':
      return `the week of ${speech.date(period.from)}`
    case 'month':
      return speech.month(period.from)
    case 'year':
      return speech.year(period.from)
    case 'range':
      return `${speech.date(period.from)} to ${speech.date(speech.lastOf(period))}`
    case 'all':
      return 'all the time your bank shared'
  }
}

function inPeriod(period: Period, speech: Speech): string {
  const name = periodName(period, speech)
  switch (period.grain) {
    case 'day':
      return `on ${name}`
    case 'range':
      return `from ${name}`
    default:
      return `in ${name}`
  }
}

const categories: Words['categories'] = {
  groceries: 'groceries',
  fuel: 'fuel',
  'eating-out': 'eating out',
  travel: 'travel',
  shopping: 'shopping',
  home: 'home',
  bills: 'bills',
  subscriptions: 'subscriptions',
  health: 'health',
  leisure: 'leisure',
  education: 'education',
  cash: 'cash',
  fees: 'fees',
  income: 'income',
  other: 'other things',
}

function sizeName({ bound, amountMinor, toMinor, currency }: Size, speech: Speech): string {
  const amount = wantedAmount({ amountMinor, currency }, speech)
  switch (bound) {
    case 'over':
      return `more than ${amount}`
    case 'at-least':
      return `at least ${amount}`
    case 'under':
      return `less than ${amount}`
    case 'at-most':
      return `at most ${amount}`
    case 'between':
      return `${amount} to ${wantedAmount({ amountMinor: toMinor ?? amountMinor, currency }, speech)}`
  }
}

/** ` at Tesco on groceries in October 2026`: begins with a space, empty when nothing narrows. */
function narrowed(of: Narrowing, speech: Speech): string {
  const at = of.merchants?.length ? of.merchants.slice(0, 3) : of.merchantWords ? [of.merchantWords] : []
  return [
    of.size ? ` of ${sizeName(of.size, speech)}` : '',
    at.length > 0 ? ` at ${speech.list(at)}` : '',
    of.category ? ` on ${categories[of.category]}` : '',
    of.period ? ` ${inPeriod(of.period, speech)}` : '',
  ].join('')
}

const absolute = (amount: Money): Money => ({ ...amount, amountMinor: Math.abs(amount.amountMinor) })

/** `£36.50 (€42.00)`. */
const paidName = ({ amount, foreign }: Pick<PaymentNamed, 'amount' | 'foreign'>, speech: Speech) =>
  `${speech.money(absolute(amount))}${foreign ? ` (${speech.money(absolute(foreign))})` : ''}`
/** `£36.50 (€42.00) to Fnac, on 3 November at 14:05`. */
const paymentName = ({ merchant, at, ...paid }: PaymentNamed, speech: Speech) =>
  `${paidName(paid, speech)} ${paid.amount.amountMinor > 0 ? 'from' : 'to'} ${merchant}, ${moment(at, speech)}`

/** `August 2026`, `the week of 3 August`. */
const stepName = ({ step, at }: { step: 'week' | 'month'; at: number }, speech: Speech) =>
  step === 'month' ? speech.month(at) : `the week of ${speech.date(at)}`

/** The day that somebody looks ahead to, as they asked for it. */
function untilName(until: Until, at: number, speech: Speech): string {
  if ('at' in until) return `At the end of ${speech.date(at)}`
  const event = until.event === 'rent' ? 'rent' : 'pay'
  const when = `(expected around ${speech.date(at)})`
  return until.isWith ? `After your next ${event} ${when}` : `Just before your next ${event} ${when}`
}

const soFar = (of: Narrowing) => (of.running ? 'So far, you' : 'You')

function wantedAmount({ amountMinor, currency }: Wanted, speech: Speech): string {
  if (currency) return speech.money({ amountMinor, currency })
  return new Intl.NumberFormat('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(
    amountMinor / 100,
  )
}

const callBank = ({ bank, phone }: BankLine) =>
  phone
    ? `call ${bank} on ${phone}`
    : `call ${bank} on the number on the back of your card (no direct line is set up here)`

/** One sentence for each right, with where it stands. The figures are the law's; the section is named beside them. */
function rights(country: string, isCredit: boolean): string {
  const [first, ...others] = rightsOf(country, isCredit)
  return [`Your rights: ${first}`, ...others].map((line) => `• ${line}`).join('\n')
}

function rightsOf(country: string, isCredit: boolean): string[] {
  if (country === 'US')
    return isCredit
      ? [
          'unauthorised use of a credit card can cost you $50 at most (Regulation Z, 12 CFR 1026.12(b)).',
          'To dispute what is on a statement, write to your bank so that your letter is there within 60 days of the first statement that shows it (12 CFR 1026.13(b)).',
        ]
      : [
          'if you report a lost or stolen card within two business days of noticing, it can cost you $50 at most, and $500 after that (Regulation E, 12 CFR 1005.6(b)).',
          'What shows on a statement must be reported within 60 days of its sending, or later payments may be yours to bear (12 CFR 1005.6(b)(3)).',
        ]
  if (country === 'GB')
    return [
      'your bank must refund an unauthorised payment by the end of the next business day, unless it has reason to suspect fraud by you (Payment Services Regulations 2017, reg. 76).',
      'You can be asked to bear £35 at most for a lost or stolen card, save for fraud or gross negligence of yours, and nothing that is paid after you told your bank (reg. 77).',
      'You have 13 months to report it (reg. 74).',
    ]
  if (EEA.has(country))
    return [
      'your bank must refund an unauthorised payment by the end of the next business day, unless it has reason to suspect fraud by you (Directive (EU) 2015/2366, art. 73).',
      'You can be asked to bear €50 at most for a lost or stolen card, save for fraud or gross negligence of yours, and nothing that is paid after you told your bank (art. 74).',
      'You have 13 months to report it (art. 71).',
    ]
  return [
    'a payment you did not authorise can be disputed; your bank decides on the refund under the law of its country.',
  ]
}

const EVERY = { week: 'every week', month: 'every month', year: 'every year' }

export const en: Words = {
  categories,
  periodName,
  withheld: {
    'consent-ended':
      'This message drew on data you no longer let Guichet read, so it stays closed. It opens again if you grant that purpose again.',
    erased: 'The key to this message was destroyed with the data it drew on. Nobody can read it any more.',
  },
  sentences: {
    hello: () =>
      'Hello. This is Guichet, your bank’s counter in chat: an automatic assistant. Link a bank, and you can ask about your money in your own words. Nothing is read until you say what for.',
    'hello-again': ({ banks }, speech) =>
      `Hello. I am an automatic assistant. You are linked to ${speech.list(banks)}. What would you like to know?`,
    help: ({ linked }) =>
      [
        linked ? 'You can ask me, for example:' : 'Once a bank is linked, you can ask me, for example:',
        '• What’s my balance?',
        '• Show my last 10 payments',
        '• What did I spend on fuel last month?',
        '• What was my biggest payment this month?',
        '• Compare this month with last',
        '• How much did I spend each month this year?',
        '• How much will I have left at the end of the month?',
        '• Find the £42 payment',
        '• What are my regular payments?',
        '• Freeze my card',
        '• Who read my data?',
      ].join('\n'),
    thanks: () => 'You’re welcome.',
    'not-served': ({ topic }) => NOT_SERVED_EN[topic],
    'not-understood': ({ near }) => {
      switch (near) {
        case 'period':
          return 'I did not understand the dates, and I would rather not guess a figure. Try “in October”, “last month” or “between 1 and 15 October”.'
        case 'amount':
          return 'I did not understand the amount, and I would rather not guess. Try “find the £42 payment” or “find the payment of 12.30”.'
        case 'merchant':
          return 'I did not understand which shop you mean, and I would rather not guess. Try “how much did I spend at Tesco in October?”'
        case null:
          return 'I did not understand that, and I would rather not guess.'
      }
    },

    'link-bank': ({ bank }) =>
      bank
        ? `You can link ${bank}. You choose, one by one, what Guichet may read and what for; you log in and approve at your bank’s own page.`
        : 'You can link a bank. You choose, one by one, what Guichet may read and what for; you log in and approve at your bank’s own page.',
    'link-unknown-bank': ({ known }, speech) => `That bank is not here. These are: ${speech.list(known)}.`,
    linked: ({ bank, purposes }, speech) =>
      `${bank} is linked. You allowed: ${speech.list(purposes.map(purposeName))}. You can change your mind at any time in your privacy centre.`,
    'ask-examples': () =>
      'I am an automatic assistant; say “talk to a person” at any time. Ask me, for example, “What’s my balance?” or “What did I spend on fuel last month?”',
    'walk-away': () =>
      'You can withdraw one purpose, or everything, in your privacy centre. Withdrawing stops the next read at once. Erasing destroys your keys, after offering you your own copy: then nobody can read anything any more.',
    consents: () =>
      'Your privacy centre shows what you allowed, for which bank, until when, with a signed receipt of each.',
    'who-read': () =>
      'Your privacy centre lists every read of your data: when, who, what for, and under which consent. Your browser checks each line against the signed log.',

    'refused-no-link': () =>
      'I cannot answer that yet: no bank is linked. Nothing is read until you link one and say what for.',
    'refused-never-consented': ({ purpose, banks }, speech) =>
      `I may not answer that: you have not allowed ${purposeName(purpose)} for ${speech.list(banks)}. ${PURPOSES[purpose].en.sentence}`,
    'refused-consent-withdrawn': ({ purpose, banks }, speech) =>
      `I may not answer that: ${purposeName(purpose)} was withdrawn for ${speech.list(banks)}, so I no longer read what it needs. Your withdrawal holds until you change it yourself.`,
    'refused-consent-expired': ({ purpose, banks }, speech) =>
      `I may not answer that: your consent to ${purposeName(purpose)} for ${speech.list(banks)} has come to its end.`,
    'refused-erased': () =>
      'I cannot answer that: everything about you was erased, and the keys are destroyed.',
    'refused-bank-withdrawn': ({ banks }, speech) =>
      `I cannot answer that: ${speech.list(banks)} left Guichet, and the keys to your data there are destroyed.`,
    'not-covered': ({ purpose, banks }, speech) =>
      `${speech.list(banks)} ${banks.length === 1 ? 'is' : 'are'} not in this answer: you have not allowed ${purposeName(purpose)} there.`,
    'grant-again': () => 'If you want me to, you can grant it: you approve at your bank’s own page.',

    'still-arriving': ({ bank }) =>
      `I am still reading your accounts at ${bank}: in a moment I may see more than I do now.`,
    'bank-down': ({ bank, since }, speech) =>
      `${bank} has not been answering since ${asOf(since, speech)}. I keep trying; any figure here is the last it gave.`,
    'updates-next': ({ at }, speech) =>
      `I may update this by myself again from ${asOf(at, speech)}; you can refresh it at any time.`,
    refreshed: ({ banks }, speech) => `Refreshed: ${speech.list(banks)} just answered.`,
    'refresh-under-way': ({ bank }) => `${bank} is being read at this moment. Please ask again shortly.`,
    'refresh-later': ({ bank, at }, speech) =>
      `${bank} asked not to be read again before ${asOf(at, speech)}. Until then its figures stay as they are.`,
    'refresh-failed': ({ bank, why, asOf: at }, speech) =>
      `I could not refresh ${bank}: ${BROKEN[why]}. ${at === null ? 'I have no figures of it yet.' : `Its figures are as of ${asOf(at, speech)}.`}`,
    'connection-broken': ({ bank, since, why, asOf: at }, speech) =>
      `I have not been able to read ${bank} since ${asOf(since, speech)}: ${BROKEN[why]}. ${at === null ? 'I have no figures of it yet' : `Its figures are as of ${asOf(at, speech)}`}, and I keep trying.`,
    'access-ended': ({ bank }) =>
      `${bank} has ended the access you gave me, or you ended it there. I no longer read anything at ${bank}. Your accounts here stay the same ones when you link it again.`,
    'consent-ending': ({ bank, purposes, at, days }, speech) =>
      `What you allowed at ${bank} ends ${days <= 1 ? 'within a day' : `in ${days} days`}, ${speech.date(at)} at ${speech.time(at)}: ${speech.list(purposes.map(purposeName))}. Renew it and nothing is interrupted; if you stop halfway, it goes on until then.`,
    'figures-as-of': ({ at }, speech) => `As of ${asOf(at, speech)}.`,
    'not-in-yet': () =>
      'Your bank has not sent your accounts yet. This takes a moment after linking; please ask again shortly.',
    'balance-one': ({ bank, account, numberDisplay, current, available, isCard, asOf: at }, speech) => {
      const name = `${account} (${bank}, ending ${numberDisplay})`
      const owed = isCard && current.amountMinor < 0
      const held = owed
        ? `You owe ${speech.money({ ...current, amountMinor: -current.amountMinor })} on ${name}`
        : `You have ${speech.money(current)} on ${name}`
      const free = available ? `, with ${speech.money(available)} available` : ''
      return `${held}${free}, as of ${asOf(at, speech)}.`
    },
    'balance-many': ({ held, owed, accounts, oldest }, speech) => {
      const parts = [
        held.length > 0 ? `you have ${speech.list(held.map(speech.money))}` : '',
        owed.length > 0 ? `you owe ${speech.list(owed.map(speech.money))} on cards` : '',
      ].filter(Boolean)
      return `Over ${many(accounts, 'account', 'accounts')}, ${speech.list(parts)}. No figure is older than ${asOf(oldest, speech)}.`
    },
    'balance-unknown': ({ accounts }, speech) =>
      `Your bank has not given a balance for ${speech.list(accounts)}.`,
    accounts: () => 'Your accounts',
    'accounts-closed': ({ accounts }, speech) =>
      `${accounts.length === 1 ? 'This account is' : 'These accounts are'} closed: ${speech.list(accounts.map(accountName))}.`,
    'account-opened': (account) =>
      `${account.bank} opened an account for you: ${account.account}, ending ${account.numberDisplay}. If that was not you, call ${account.bank} now.`,
    'account-closed': (account) =>
      `${account.bank} closed your account ${account.account}, ending ${account.numberDisplay}. Its past payments stay here until you take them away.`,
    'account-gone': (account) =>
      `${account.bank} no longer shows us your account ${account.account}, ending ${account.numberDisplay}: it was closed, or you no longer share it. Its past payments stay here until you take them away.`,
    'account-renumbered': (account) =>
      `${account.bank} gave your account ${account.account} a new number: it now ends ${account.numberDisplay}. It is the same account here, with all its payments.`,

    'payments-listed': ({ shown, total, of }, speech) =>
      shown < total
        ? `Your latest ${shown} of ${payments(total)}${narrowed(of, speech)}.`
        : `${total === 1 ? 'The one payment' : `All ${payments(total)}`}${narrowed(of, speech)}.`,
    'payments-none': ({ of }, speech) =>
      `I found no payment${narrowed(of, speech)} in what your bank shared.`,
    payments: ({ of }, speech) => `Payments${narrowed(of, speech)}`,
    'some-pending': ({ pending }) =>
      `${many(pending, 'is pending: its amount', 'are pending: their amounts')} may still change.`,
    'found-one': ({ wanted, merchant, at, ...paid }, speech) => {
      const verb = paid.amount.amountMinor > 0 ? 'came back or in from' : 'went to'
      return `Found it: ${paidName(paid, speech)} ${verb} ${merchant}, ${moment(at, speech)}. It is the only one of ${wantedAmount(wanted, speech)}.`
    },
    'found-many': ({ wanted, found }, speech) =>
      `I found ${payments(found)} of exactly ${wantedAmount(wanted, speech)}.`,
    'found-none': ({ wanted, of }, speech) =>
      `I found no payment of ${wantedAmount(wanted, speech)}${narrowed(of, speech)} in what your bank shared.`,
    'found-near': ({ wanted, near }, speech) =>
      `No payment is of exactly ${wantedAmount(wanted, speech)}. ${near === 1 ? 'The closest is this one.' : `The closest are these ${near}.`}`,

    'largest-one': ({ of, ...payment }, speech) =>
      payment.amount.amountMinor > 0
        ? `The most that came in at once${narrowed({ ...of, category: null }, speech)}: ${paymentName(payment, speech)}.`
        : `Your biggest payment${narrowed(of, speech)}: ${paymentName(payment, speech)}.`,
    'largest-listed': ({ shown, total, of }, speech) =>
      shown < total
        ? `The ${shown} biggest of your ${payments(total)}${narrowed(of, speech)}.`
        : `All ${payments(total)}${narrowed(of, speech)}, the biggest first.`,
    'largest-apart': ({ payments: apart }, speech) =>
      `The biggest in other currencies, counted apart: ${speech.list(apart.map((payment) => paymentName(payment, speech)))}.`,
    largest: ({ of }, speech) => `Biggest payments${narrowed(of, speech)}`,

    spent: ({ net, payments: count, of }, speech) =>
      `${soFar(of)} spent ${speech.money(net)}${narrowed(of, speech)}, in ${payments(count)}.`,
    'got-back': ({ net, of }, speech) =>
      `${soFar(of)} got ${speech.money(net)} more back than you spent${narrowed(of, speech)}.`,
    'spent-nothing': ({ of }, speech) =>
      `${soFar(of)} spent nothing${narrowed(of, speech)}, in what your bank shared.`,
    'also-spent': ({ totals }, speech) =>
      `And in other currencies, counted apart: ${speech.list(totals.map(speech.money))}.`,
    'pending-included': ({ pending, net }, speech) =>
      `${many(pending, 'pending payment is', 'pending payments are')} included (${speech.money(net)}); ${pending === 1 ? 'it' : 'they'} may still change.`,
    'refunds-subtracted': ({ refunds, sum }, speech) =>
      `${many(refunds, 'refund', 'refunds')} of ${speech.money(sum)} ${refunds === 1 ? 'is' : 'are'} already taken off.`,
    'most-on': ({ name, category, net, sharePercent }, speech) =>
      `Most went ${category ? `on ${categories[category]}` : `to ${name ?? ''}`}: ${speech.money(net)}, ${sharePercent}% of it.`,
    spending: ({ of }, speech) => `Spending${narrowed(of, speech)}`,
    'other-shares': () => 'the rest',
    compared: ({ current, against, period, againstPeriod, of, changePercent }, speech) => {
      const change =
        changePercent === null || changePercent === 0
          ? ''
          : ` That is ${Math.abs(changePercent)}% ${changePercent > 0 ? 'more' : 'less'}.`
      const narrow = narrowed({ ...of, period: null }, speech)
      return `${soFar(of)} spent ${speech.money(current)}${narrow} ${inPeriod(period, speech)}, against ${speech.money(against)} ${inPeriod(againstPeriod, speech)}.${change}`
    },
    'compared-so-far': ({ againstPeriod, against, differenceMinor, currency }, speech) => {
      const by = speech.money({ amountMinor: Math.abs(differenceMinor), currency })
      const difference =
        differenceMinor === 0
          ? 'exactly as now'
          : differenceMinor > 0
            ? `${by} less than now`
            : `${by} more than now`
      return `By the same point ${inPeriod(againstPeriod, speech)} you had spent ${speech.money(against)}: ${difference}.`
    },
    comparison: ({ period, againstPeriod, of }, speech) =>
      `Spending${narrowed({ ...of, period: null }, speech)}: ${periodName(period, speech)} and ${periodName(againstPeriod, speech)}`,

    'spent-over-time': ({ sum, from, to, usual, running, of }, speech) => {
      const until = running ? 'now' : stepName(to, speech)
      const each = usual
        ? ` That is about ${speech.money(usual)} in ${running ? 'each whole' : 'a'} ${from.step}.`
        : ''
      const net =
        sum.amountMinor < 0
          ? `You got ${speech.money(absolute(sum))} more back than you spent`
          : `You spent ${speech.money(sum)}`
      return `${net}${narrowed(of, speech)} from ${stepName(from, speech)} to ${until}.${each}`
    },
    'over-time-most': ({ most, net }, speech) =>
      `The most was in ${stepName(most, speech)}: ${speech.money(net)}.`,
    'over-time-longest': ({ steps, step }) => `I show ${steps} ${step}s at most, the latest.`,
    'over-time-kept-from': ({ at }, speech) => `I have no payments of yours from before ${speech.date(at)}.`,
    'over-time': ({ step, of }, speech) => `Spending each ${step}${narrowed(of, speech)}`,
    'step-name': (named, speech) =>
      named.step === 'month' ? speech.month(named.at) : `Week of ${speech.date(named.at)}`,
    'step-short': ({ step, at }, speech) => (step === 'month' ? speech.monthShort(at) : speech.dayShort(at)),

    forecast: ({ at, until, low, expected, high, ...named }, speech) =>
      `${untilName(until, at, speech)}, ${accountName(named)} will probably hold between ${speech.about(low)} and ${speech.about(high)}. About ${speech.about(expected)} is the middle of that.`,
    'forecast-below': ({ at, isSure }, speech) =>
      isSure
        ? `It may be below zero from ${speech.date(at)}.`
        : `In the worse cases it is below zero from ${speech.date(at)}.`,
    'forecast-due': ({ due, more }, speech) =>
      `Counted in until then: ${speech.list([
        ...due.map(
          ({ merchant, amount, at }) =>
            `${merchant} (${speech.money(absolute(amount))} ${amount.amountMinor < 0 ? 'out' : 'in'}, around ${speech.date(at)})`,
        ),
        ...(more > 0 ? [`${more} more, in the table`] : []),
      ])}.`,
    'forecast-basis': ({ now, asOf: at, usualDay, daysSeen, isNothingDue }, speech) =>
      `This rests on what it holds now (${speech.money(now)}, by the balance of ${asOf(at, speech)}), on the payments that come back${isNothingDue ? ' (none until then)' : ''}, and on your other spending in the last ${daysSeen} days, about ${speech.about(usualDay)} a day: in eight stretches of ten as long as this it would have ended inside the range. It is an estimate, not a promise.`,
    'forecast-instead': () =>
      'I keep no balances of days gone by, so I cannot draw how yours went. This is how it may go on.',
    'forecast-as-far': ({ days, at }, speech) =>
      `I look ${many(days, 'day', 'days')} ahead at most, to ${speech.date(at)}: half as far as I look back.`,
    'forecast-unknown': ({ accounts }, speech) =>
      `Of ${speech.list(accounts.map(accountName))} I foretell nothing: I see too little of it (four weeks of payments and a balance are the least), and I would rather not guess.`,
    'forecast-no-event': ({ event }) =>
      `I see no ${event === 'rent' ? 'rent' : 'pay'} that comes back regularly, so I do not know when it is next due, and I would rather not guess.`,
    'forecast-no-account': () =>
      'I look ahead on current accounts alone, and I see none. Your balance is what I can tell you.',
    'forecast-caption': (named) => `What ${accountName(named)} may hold`,
    'day-short': ({ at }, speech) => speech.dayShort(at),
    'do-forecast': () => 'How much will I have left at the end of the month?',

    recurring: ({ found, monthly, about = {} }, speech) =>
      `${many(found, 'payment', 'payments')}${ofSubject(about)} ${found === 1 ? 'comes' : 'come'} back regularly, about ${speech.list(monthly.map(speech.money))} a month in all.`,
    'recurring-next': ({ merchant, amount, at }, speech) =>
      `Next is ${merchant}, about ${speech.money(amount)}, expected around ${speech.date(at)}.`,
    'recurring-changed': ({ merchant, from, to, at }, speech) =>
      `${merchant} went from ${speech.money(from)} to ${speech.money(to)} on ${speech.date(at)}.`,
    'recurring-none': () =>
      'I see no payment that comes back regularly: I look for the same shop at least three times, at a steady rhythm and a similar amount, or twice a year apart.',
    'recurring-none-of': ({ about }) => `I see no payment${ofSubject(about)} that comes back regularly.`,
    'recurring-due': ({ merchant, amount, rhythm, at }, speech) =>
      `${merchant}: about ${speech.money(amount)}, ${RHYTHMS[rhythm]}. The next is expected around ${speech.date(at)}.`,
    'recurring-payments': () => 'Payments that come back',
    'column-amount': () => 'Amount',
    'column-rhythm': () => 'Rhythm',
    'column-next': () => 'Next expected',
    rhythm: ({ rhythm }) => RHYTHMS[rhythm],
    date: ({ at }, speech) => speech.date(at),

    'duplicate-charge': ({ bank, merchant, amount, first, second, card }, speech) => {
      const minutes = Math.max(1, Math.round((second - first) / 60_000))
      const by = card ? `your ${bank} card ending ${card}` : bank
      return `${merchant} charged ${speech.money(amount)} twice, ${many(minutes, 'minute', 'minutes')} apart, ${moment(second, speech)}, to ${by}. If you bought once, it may be a mistake: ask the shop first, then your bank. If you bought twice, all is well.`
    },
    'price-rise': ({ merchant, from, to, at }, speech) =>
      `${merchant} has become dearer: ${speech.money(to)} on ${speech.date(at)}, and ${speech.money(from)} before.`,
    'refund-arrived': ({ bank, merchant, amount, bought, boughtAt, isPending }, speech) =>
      `${merchant} paid back ${speech.money(amount)} to your account at ${bank}${isPending ? ' (still pending)' : ''}. You paid ${speech.money(bought)} there on ${speech.date(boughtAt)}.`,
    'low-balance': ({ rent, at, now, expected, asOf: seenAt, ...named }, speech) =>
      `Your rent of about ${speech.money(rent)} is expected around ${speech.date(at)}. ${accountName(named)} holds ${speech.money(now)} (as of ${asOf(seenAt, speech)}) and, if you spend as usual, about ${speech.money(expected)} by then. This is an estimate: money that I do not see coming is not in it.`,
    'worth-stopped': ({ kind }) =>
      `I will not tell you of ${WORTH[kind]} any more. You can turn it on again on the page Payment lines.`,
    'do-stop-worth': ({ kind }) => `Stop telling me of ${WORTH[kind]}`,
    'do-choose-worth': () => 'Choose what I am told',

    offer: ({ bank }) => `${bank} has something that may suit you.`,
    'offer-private': ({ bank }) =>
      `This was matched here, on your side: ${bank} was told nothing, not even that you looked.`,
    'offer-none': ({ banks }, speech) =>
      `${speech.list(banks)} ${banks.length === 1 ? 'has' : 'have'} no offer for you right now.`,
    'offer-dismissed': () => 'Noted: you will not see this offer again.',
    'offers-stopped': ({ banks }, speech) =>
      `Offers are off for ${speech.list(banks)}. Nothing of yours is compared with offers any more.`,
    'offers-not-on': () => 'Offers are already off: you have not allowed them for any bank.',

    human: ({ number, at, ...line }, speech) =>
      `To speak to a person, ${callBank(line)}. I noted your request ${moment(at, speech)} under case number ${number}; quote it when you call.`,
    dispute: ({ number, at, ...line }, speech) =>
      `You dispute a payment. I noted it ${moment(at, speech)} under case number ${number}. Only ${line.bank} can open the dispute: ${callBank(line)} and quote that number. If your card may be in other hands, say “freeze my card”.`,
    'dispute-which': ({ bank }) =>
      `Which payment was not you? Tick it: I have the card blocked at once and open a dispute with ${bank} for you.`,
    'dispute-older': () =>
      'It is not in the list? Ask for it, such as “find the £42 payment”, and say there that it was not you.',
    'dispute-otherwise': ({ number, at, ...line }, speech) =>
      `If you did pay but something else is wrong (the amount, goods that never came), ${callBank(line)} and quote case number ${number}, noted ${moment(at, speech)}.`,
    'dispute-caption': ({ bank }) => `Latest card payments at ${bank}`,
    'dispute-allow': ({ purpose }) =>
      `If you allow ${purposeName(purpose)}, I list your card payments here, and one tick has the card blocked and the dispute opened.`,
    'human-elsewhere': ({ number, at }, speech) =>
      `I noted your request ${moment(at, speech)} under case number ${number}. No bank is linked and no human line is set up here, so nobody will answer by this chat: please call your bank on the number on your card.`,
    'handed-over': ({ banks, number }, speech) =>
      `Somebody at ${speech.list(banks)} will answer you here, in this conversation; I do not know when. What you write from now on goes to them too, with case number ${number} and the time, and you see in your privacy centre each time they read it. They see neither your name, nor what you wrote before, nor anything I answer. Until somebody takes over, I go on answering, automatically.`,
    'human-took': ({ bank }) =>
      `Somebody at ${bank} writes to you now: a person, not a program. I stay silent until they hand back; only a card can still be blocked by asking me.`,
    'handed-back': ({ bank, number }) =>
      `${bank} has settled your request ${number}. From here on the automatic assistant answers you again: a program, not a person. What you write no longer goes to anybody at the bank.`,
    'missed-twice': () =>
      'I have not understood you twice now. I am a program: tap on a question below, or ask for a person.',
    stopped: () =>
      'Stopped: nothing more is sent to you unasked. One thing goes on, for your safety: I ask whether a suspicious payment is yours. To end that too, withdraw “Warn me of fraud” in your privacy centre. You can still ask me anything.',
    started: () => 'I tell you again what you asked to be told.',
    'do-human': () => 'Talk to a person',
    'do-start': () => 'Start again',

    'freeze-which': ({ bank, cards }) =>
      cards === 1
        ? `Shall I have this ${bank} card blocked? It can be unblocked afterwards, but only by you on our own page My cards.`
        : `Which ${bank} card shall I have blocked? It can be unblocked afterwards, but only by you on our own page My cards.`,
    'freeze-none': (line) =>
      `I see no card of yours at ${line.bank}. If one is lost, ${callBank(line)} at once.`,
    'card-left': () => 'All right: no card is blocked.',
    'block-ordered': ({ bank, card, number }) =>
      `I am having your card ending ${card} blocked at ${bank} now. Your case number is ${number}.`,
    'card-blocked': ({ bank, card, at, number }, speech) =>
      `Your card ending ${card} is blocked at ${bank} since ${asOf(at, speech)}. Your case number is ${number}.`,
    'block-delayed': ({ card, number, ...line }) =>
      `Your card ending ${card} is not blocked yet: ${line.bank} is not answering. I keep trying and will tell you the moment it is done. To be faster, ${callBank(line)} and quote case number ${number}.`,
    'block-refused': ({ card, number, ...line }) =>
      `Your card ending ${card} is not blocked: ${line.bank} refused to do it from here. Please ${callBank(line)} now and quote case number ${number}.`,
    'block-impossible': (line) =>
      `I could not have your card blocked: the consent it rested on has ended. Please ${callBank(line)} now.`,
    'block-next': () =>
      'Nothing more can be paid with that card. To unblock it or to order a new one, open My cards: that is never done by a message.',

    alert: ({ bank, amount, foreign, merchant, city, country, at, card }, speech) => {
      const paid = speech.money({ ...amount, amountMinor: Math.abs(amount.amountMinor) })
      const abroad = foreign
        ? ` (${speech.money({ ...foreign, amountMinor: Math.abs(foreign.amountMinor) })})`
        : ''
      const place = [city, country ? speech.country(country) : null].filter(Boolean).join(', ')
      const with_ = card ? ` with your ${bank} card ending ${card}` : ` from your ${bank} account`
      return `Was this you? ${paid}${abroad} at ${merchant}${place ? ` (${place})` : ''}, ${moment(at, speech)}${with_}.`
    },
    'alert-why': () => 'What looks unusual:',
    'alert-reason': ({ reason }, speech) => `• ${tellReason(reason, speech)}`,
    'alert-usual-there': ({ amount, usual, times }, speech) =>
      `• ${speech.money({ ...amount, amountMinor: Math.abs(amount.amountMinor) })} is about ${times} times your usual at a shop like this (${speech.money(usual)}).`,
    'alert-nothing-moves': ({ atOnce }) =>
      atOnce
        ? 'If it was not you, say so: your card is blocked at once.'
        : 'If it was not you, say so: your card is blocked at once, or after one more question if you may have forgotten it.',
    'case-was-me': ({ number }) =>
      `Thank you: noted as yours, and remembered for next time. Case ${number} is closed.`,
    'not-me-noted': ({ bank, card }) =>
      card
        ? `Understood: this was not you. I am having your card ending ${card} blocked at ${bank} now.`
        : 'Understood: this was not you.',
    'case-opened': ({ number, at }, speech) => `Your case number is ${number}, opened ${moment(at, speech)}.`,
    'case-not-me': ({ number, at }, speech) =>
      `Understood: this was not you. Case ${number} was opened ${moment(at, speech)}.`,
    'case-without-card': ({ number, ...line }) =>
      `This payment names no card, so there is none to block from here. Please ${callBank(line)} now and quote case number ${number}.`,
    line: ({ bank, amount, foreign, merchant, city, country, at, card, isRefused }, speech) => {
      const paid = speech.money({ ...amount, amountMinor: Math.abs(amount.amountMinor) })
      const abroad = foreign
        ? ` (${speech.money({ ...foreign, amountMinor: Math.abs(foreign.amountMinor) })})`
        : ''
      const place = [city, country ? speech.country(country) : null].filter(Boolean).join(', ')
      const where = `${paid}${abroad} at ${merchant}${place ? ` (${place})` : ''}`
      const means = card ? `${bank} card ending ${card}` : bank
      return isRefused
        ? `Declined by ${bank}: ${where}, ${moment(at, speech)}, card ending ${card}.`
        : `${where}, ${moment(at, speech)}, ${means}.`
    },
    lines: ({ bank, payments: count }) => `${payments(count)} at ${bank}.`,
    'lines-caption': ({ bank }) => `New payments at ${bank}`,
    'lines-where': () =>
      'You choose which card payments I tell you of, and when, on the page Payment lines. Whatever looks wrong I always ask about.',
    'alert-by-bank': ({ bank }) => `${bank}’s own fraud watch asks; Guichet passes the question on.`,
    'alert-refused': ({ bank, releasableUntil }, speech) =>
      releasableUntil === null
        ? `${bank} refused this payment: nothing was paid.`
        : `${bank} refused this payment: nothing was paid. If it was you, say so before ${asOf(releasableUntil, speech)} and ${bank} lets it through.`,
    'alert-again': ({ number, ...line }) =>
      `I have had no answer yet. If you would rather speak to somebody, ${callBank(line)} and quote case number ${number}.`,
    'doubt-subscription': ({ merchant, every, since }, speech) =>
      `One question first: you have paid ${merchant} ${EVERY[every]} since ${speech.month(since)}. Could this be that subscription?`,
    'doubt-same-merchant': ({ merchant, times, lastAt, lastAmount }, speech) =>
      times === 1
        ? `One question first: you paid ${merchant} ${speech.money(lastAmount)} on ${speech.date(lastAt)}. Could this be the same shop again?`
        : `One question first: you have paid ${merchant} ${number.format(times)} times, last ${speech.money(lastAmount)} on ${speech.date(lastAt)}. Could this be the same shop again?`,
    'doubt-other-card': ({ merchant, card, lastAt }, speech) =>
      `One question first: the card ending ${card} of the same account paid ${merchant} on ${speech.date(lastAt)}. Could this have been somebody of yours?`,
    'doubt-often-wrong': ({ times }) =>
      `One question first: ${number.format(times)} payments you reported in the last year turned out to be yours. Would you look at this one once more?`,
    'doubt-next': ({ hasCard }) =>
      hasCard
        ? 'If it was not you, say so once more and I have your card blocked at once.'
        : 'If it was not you, say so once more and I open a dispute at once.',
    doubts: () => 'One question first: some of these look like payments of your own.',
    'doubt-of': ({ doubt }, speech) => {
      switch (doubt.kind) {
        case 'subscription':
          return `• ${doubt.merchant}: you have paid it ${EVERY[doubt.every]} since ${speech.month(doubt.since)}.`
        case 'same-merchant-before':
          return `• ${doubt.merchant}: you paid ${speech.money(doubt.lastAmount)} there on ${speech.date(doubt.lastAt)}.`
        case 'other-card':
          return `• ${doubt.merchant}: the card ending ${doubt.cardNumberDisplay} of the same account paid there on ${speech.date(doubt.lastAt)}.`
        case 'often-wrong':
          return `• ${number.format(doubt.times)} payments you reported in the last year turned out to be yours.`
      }
    },
    'doubts-next': () => 'Tick again those that were not you, and I have the card blocked at once.',
    'doubts-caption': () => 'Was any of these not you?',
    snoozed: ({ until }, speech) =>
      `All right: until ${speech.date(until)} I do not ask because of that. What can only be theft is still asked about.`,
    'snooze-none': () => 'What made me ask can only be theft, so I go on asking about it.',
    'case-left': () => 'All right: nothing is changed.',
    'dispute-opened': ({ bank, number, at, sendAfter }, speech) =>
      `I opened dispute ${number} ${moment(at, speech)}. It goes to ${bank} at ${asOf(sendAfter, speech)}; until then you can take it back.`,
    'dispute-of': ({ payments: named, more }, speech) =>
      [
        `${payments(named.length + more)} are in dispute now:`,
        ...named.map((payment) => `• ${paymentName(payment, speech)}`),
        ...(more > 0 ? [`• and ${number.format(more)} more`] : []),
      ].join('\n'),
    'dispute-taken-back': ({ bank, number }) =>
      `Noted: it was you after all. Dispute ${number} is taken back, and nothing of it goes to ${bank}.`,
    'case-taken-back': ({ bank, number }) =>
      `Noted: it was you after all. Case ${number} is closed, and nothing of it goes to ${bank}.`,
    'dispute-too-late': ({ number, ...line }) =>
      `Dispute ${number} is with ${line.bank} already, and only ${line.bank} can take it back: ${callBank(line)} and quote that number.`,
    'card-stays-blocked': ({ bank }) =>
      `Your card stays blocked at ${bank} until you have it unblocked on our own page My cards.`,
    'mark-others': () => 'Were others of these not you either? Tick them, and they join the dispute.',
    'mark-caption': ({ card }) =>
      card ? `Latest payments with the card ending ${card}` : 'Latest payments from this account',
    marked: ({ payments: count, number, sendAfter }, speech) =>
      `${payments(count)} ${count === 1 ? 'is' : 'are'} now in dispute ${number}. It goes to your bank at ${asOf(sendAfter, speech)}.`,
    'own-which': () => 'Which of these were you after all? Tick them, and they leave the dispute.',
    'own-caption': ({ number }) => `Joined to dispute ${number}`,
    'own-noted': ({ payments: count, number, bank, sendAfter }, speech) =>
      `${payments(count)} ${count === 1 ? 'has' : 'have'} left dispute ${number} and ${count === 1 ? 'counts' : 'count'} as yours. ${sendAfter === null ? `Nothing of it goes to ${bank} now.` : `What is left of it goes to ${bank} at ${asOf(sendAfter, speech)}.`}`,
    'do-some-mine': () => 'Some of these were me',
    'do-own': () => 'The ticked ones were me',
    rights: ({ country, isCredit }) => rights(country, isCredit),
    'release-ordered': ({ bank }) => `I am telling ${bank} to let the payment through.`,
    'release-never': ({ bank }) =>
      `${bank} refused this payment for good, and it cannot be let through afterwards. If you still want to pay, please pay again.`,
    'release-too-late': ({ bank }) =>
      `${bank} can no longer let this payment through. If you still want to pay, please pay again.`,
    'release-done': ({ bank, at }, speech) =>
      `${bank} has let your payment through, ${speech.isToday(at) ? `at ${speech.time(at)}` : moment(at, speech)}. If the shop gave up meanwhile, pay again: it will not be stopped for this.`,
    'release-delayed': ({ bank }) =>
      `${bank} is not answering, so your payment still waits. I keep trying and will tell you the moment it is done.`,
    'release-refused': ({ number, ...line }) =>
      `${line.bank} did not let the payment through any more. Please pay again; if it is stopped again, ${callBank(line)} and quote case number ${number}.`,
    'dispute-sent': ({ bank, number, at, reference }, speech) =>
      `${bank} has your dispute ${number} since ${asOf(at, speech)}${reference ? `, under its reference ${reference}` : ''}. I tell you when it has decided.`,
    'dispute-delayed': ({ bank, number }) =>
      `Dispute ${number} has not reached ${bank} yet: it is not answering. I keep trying. What counts is when you told us, and that is noted.`,
    'dispute-refused': ({ number, ...line }) =>
      `${line.bank} does not take disputes from here. Please ${callBank(line)} and quote case number ${number}: what counts is when you told us, and that is noted.`,
    'dispute-nothing-paid': ({ bank, number }) =>
      `Nothing of dispute ${number} is paid so far, so nothing of it goes to ${bank} yet. If something of it is charged within two weeks, I send it then.`,
    'dispute-decided': ({ number, decided, ...line }) => {
      switch (decided) {
        case 'in-favour':
          return `${line.bank} decided dispute ${number} in your favour: it pays the money back.`
        case 'against':
          return `${line.bank} decided dispute ${number} against you: it takes the payment for yours. If you do not agree, ${callBank(line)} and quote that number.`
        case 'withdrawn':
          return `Dispute ${number} was withdrawn at ${line.bank}: nothing is paid back under it.`
      }
    },
    'unblock-ordered': ({ bank, card, number }) =>
      `I am having your card ending ${card} unblocked at ${bank} now. Your case number is ${number}.`,
    'replace-ordered': ({ bank, card, number }) =>
      `I am ordering a new card at ${bank} in place of the one ending ${card}. Your case number is ${number}.`,
    'unblock-done': ({ bank, card, at }, speech) =>
      `Your card ending ${card} is unblocked at ${bank} since ${asOf(at, speech)}.`,
    'unblock-delayed': ({ bank, card }) =>
      `Your card ending ${card} is not unblocked yet: ${bank} is not answering. I keep trying.`,
    'unblock-refused': ({ card, number, ...line }) =>
      `Your card ending ${card} stays blocked: ${line.bank} refused to unblock it from here. Please ${callBank(line)} and quote case number ${number}.`,
    'replace-done': ({ bank, card, at, expectedBy }, speech) =>
      `${bank} is sending you a new card in place of the one ending ${card}, ordered ${moment(at, speech)}${expectedBy === null ? '' : `; expect it by ${speech.date(expectedBy)}`}.`,
    'replace-delayed': ({ bank, card }) =>
      `A new card in place of the one ending ${card} is not ordered yet: ${bank} is not answering. I keep trying.`,
    'replace-refused': ({ card, number, ...line }) =>
      `${line.bank} refused to order a new card in place of the one ending ${card} from here. Please ${callBank(line)} and quote case number ${number}.`,
    'order-impossible': (line) =>
      `I could not tell ${line.bank}: the consent it rested on has ended. Please ${callBank(line)}.`,

    'app-let': ({ app, banks, until }, speech) =>
      `You let ${app} read accounts of yours at ${speech.list(banks)}, until ${speech.date(until)}. Each of its reads is in your privacy centre, where you can end it at any moment. If this was not you, end it there now.`,
    'bank-left': ({ bank }) =>
      `${bank} has left Guichet. The keys to what was kept of ${bank} here are destroyed: nobody can read it any more, me included.`,
    'bank-left-next': () =>
      'Your accounts and cards at the bank itself go on as before. I can no longer answer about them or warn you of fraud on them.',
    'consent-ended': ({ purpose, bank }) =>
      `${purposeName(purpose)} is off for ${bank}. I no longer read what it needs, from this moment on.`,

    'do-refresh': () => 'Refresh',
    'do-renew': ({ bank }) => `Renew at ${bank}`,
    'do-link-again': ({ bank }) => `Link ${bank} again`,
    'do-link': () => 'Link a bank',
    'do-link-bank': ({ bank }) => `Link ${bank}`,
    'do-grant': ({ purpose, bank }) => `Allow ${purposeName(purpose)} for ${bank}`,
    'do-privacy': () => 'Open my privacy centre',
    'do-balance': () => 'What’s my balance?',
    'do-payments': () => 'My last 10 payments',
    'do-recurring': () => 'What are my regular payments?',
    'do-was-me': () => 'Yes, it was me',
    'do-not-me': ({ card }) => (card ? 'No, block my card' : 'No, it was not me'),
    'do-not-me-after-all': () => 'No, it was not me after all',
    'do-report': () => 'Not me',
    'do-report-ticked': () => 'The ticked ones were not me',
    'do-lines': () => 'Choose my payment lines',
    'do-fewer-lines': () => 'Fewer of these',
    'do-was-me-after-all': () => 'It was me after all',
    'do-still-not-me': ({ hasCard }) => (hasCard ? 'Still not me: block my card' : 'Still not me'),
    'do-all-mine': () => 'They were all me',
    'do-snooze': () => 'Don’t ask for this for a month',
    'do-mark': () => 'The ticked ones were not me',
    'do-cards': () => 'Open My cards',
    'do-block': ({ card }) => `Block the card ending ${card}`,
    'do-leave-case': () => 'None of these',
    'do-leave-card': ({ cards }) => (cards > 1 ? 'Leave them as they are' : 'Leave it as it is'),
    'do-dismiss': () => 'Don’t show this again',
    'do-stop-offers': () => 'Stop offers for good',
  },
}
