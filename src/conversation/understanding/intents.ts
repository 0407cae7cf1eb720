import { resolveMerchant } from '#merchants'
import type { Question } from '../question.ts'
import type { Concept } from './lexicon.ts'
import {
  ABOUT_RULES,
  ALL_OF_IT,
  ANYONE,
  BOUGHT,
  BY_KIND,
  COMES_BACK,
  CONSENTS,
  COST_ME,
  EVERY_MONTH,
  GOT_PAID,
  GREETING,
  HAVE_MONEY,
  HAVE_MONEY_ALONE,
  HELP,
  HOW_MUCH,
  HOW_MUCH_ON,
  IN_OTHER_MONEY,
  LEAVE,
  LINES,
  LINK_A_BANK,
  LINK_VERB,
  LISTED,
  MAY_SPEND,
  MORE_OR,
  MORE_OR_NO_MORE,
  MORE_THAN,
  NEGATION,
  NOT_WANTED,
  NOT_YET,
  ORDER,
  ORDER_TO_PAY,
  OVERDRAFT_AGREED,
  PAID,
  PLUS_QUE,
  RECURRING,
  REFRESH,
  SOMETHING,
  STOP_OFFERS,
  THAN_BEFORE,
  TO_BE_MADE,
  TOLD_IF,
  TOLD_OF,
  TRANSFERS_MADE,
  WHAT_FOR,
  WHAT_HAPPENED,
  WHERE_MONEY_GOES,
  WHERE_SPENT,
  WHETHER_MOVED,
  WHETHER_PAID,
  WHICH_PAYMENTS,
  WHO_READ,
  WILL_BE_PAID,
} from './phrases.ts'
import type { Reading } from './reading.ts'

/** What is asked for, before its filter is filled in; null for nothing served here, or two things at once. */
export type Intent = Question['kind'] | null

export function intentOf(reading: Reading): Intent {
  return (
    choiceIn(reading) ??
    (isOutside(reading)
      ? null
      : (largestIn(reading) ??
        sumIn(reading) ??
        paymentsIn(reading) ??
        balanceIn(reading) ??
        talkIn(reading)))
  )
}

/** What the person decides about Guichet itself. */
function choiceIn({ words, concepts, category, amount, unexplained }: Reading): Intent {
  if (LINES.test(words) && TOLD_OF.test(words)) return 'lines'
  if (category || amount || OVERDRAFT_AGREED.test(words)) return null
  if (REFRESH.test(words) && !NEGATION.test(words) && !concepts.has('spend')) return 'refresh'
  const has = (concept: Concept): boolean => concepts.has(concept)
  if (LEAVE.test(words) && !NEGATION.test(words)) return 'walk-away'
  if (has('offer') && !has('balance') && !has('spend') && !has('payment')) {
    if (STOP_OFFERS.test(words)) return 'stop-offers'
    return MORE_OR_NO_MORE.test(words) || has('stop') || has('leave') ? null : 'offers'
  }
  if ((has('who') && has('read')) || WHO_READ.test(words) || (has('read') && ANYONE.test(words)))
    return 'who-read'
  if (has('consent') || CONSENTS.test(words)) return 'consents'
  const named = LINK_VERB.test(words) && unexplained.length === 1 && unexplained[0]!.beside.includes('link')
  return (LINK_A_BANK.test(words) || named) && !NEGATION.test(words) ? 'link-bank' : null
}

/** Orders to move money, what is still to come, and what concerns somebody else. */
export function isOutside({ words, concepts, outside, amount, size, category, largest }: Reading): boolean {
  if (
    outside ||
    OVERDRAFT_AGREED.test(words) ||
    ORDER.test(words) ||
    ORDER_TO_PAY.test(words) ||
    NOT_YET.test(words) ||
    WILL_BE_PAID.test(words) ||
    MAY_SPEND.test(words)
  )
    return true
  if (WHETHER_MOVED.test(words)) return false
  if (size && isOfPaymentsToCome(words)) return true
  if (largest && (TO_BE_MADE.test(words) || ABOUT_RULES.test(words))) return true
  if (!concepts.has('transfer') || concepts.has('find')) return false
  // "Fees for transfers over £500" asks for a price.
  if (size && category === 'fees') return true
  const isMade = TRANSFERS_MADE.test(words) || concepts.has('last') || concepts.has('earn')
  return !((size && isMade) || ((size || amount) && concepts.has('show')))
}

/** Whether payments of some size are to be told when they come, or are not wanted: no list of those that were made. */
export const isOfPaymentsToCome = (words: string): boolean =>
  NOT_WANTED.test(words) || (TOLD_IF.test(words) && !PAID.test(words) && !BOUGHT.test(words))

/** A payment that is named by its rank; one of an amount is looked for. */
const largestIn = ({ largest, amount }: Reading): Intent => (largest && !amount ? 'transactions' : null)

/** Questions that are answered by a sum. */
function sumIn(reading: Reading): Intent {
  const { words, concepts, periods, amount, size, category, merchant, step } = reading
  if (size && WHICH_PAYMENTS.test(words) && !HOW_MUCH.test(words)) return null
  const spent = concepts.has('spend') || COST_ME.test(words)
  if (step && spent && !amount && !RECURRING.test(words)) return 'over-time'
  if (WHERE_MONEY_GOES.test(words) || BY_KIND.test(words) || (WHERE_SPENT.test(words) && !amount))
    return 'spending-by'
  if (concepts.has('balance') && concepts.has('compare')) return null
  if (concepts.has('compare') || (MORE_THAN.test(words) && spent)) return 'compare'
  if (MORE_OR.test(words) && spent && periods.length === 2) return 'compare'
  if (PLUS_QUE.test(words) && spent && (periods.length > 0 || THAN_BEFORE.test(words))) return 'compare'
  const comesBack = COMES_BACK.test(words)
  const recurs =
    comesBack || RECURRING.test(words) || (EVERY_MONTH.test(words) && (spent || concepts.has('pay')))
  const asksSum = spent && !comesBack && !EVERY_MONTH.test(words)
  if (recurs && !asksWhatFor(reading) && !asksSum && merchant === null && !amount) return 'recurring'
  if (amount || asksWhatFor(reading)) return null
  if (concepts.has('more')) return null
  if (spent || (HOW_MUCH.test(words) && PAID.test(words))) return 'spending'
  const named = category !== null || merchant !== null
  if (HOW_MUCH_ON.test(words) && named && !HAVE_MONEY.test(words) && !concepts.has('balance'))
    return 'spending'
  return category && category !== 'income' && reading.bare ? 'spending' : null
}

/** Questions that are answered by payments. */
function paymentsIn(reading: Reading): Intent {
  const { words, concepts, amount, size, category, merchant, unexplained, trouble } = reading
  if (concepts.has('balance')) return null
  const paid = PAID.test(words)
  const bought = BOUGHT.test(words)
  const asksToSee = concepts.has('show') || concepts.has('find')
  if (size) {
    const isAsked = asksToSee || SOMETHING.test(words) || WHICH_PAYMENTS.test(words) || paid || bought
    return (isAsked || isListed(reading)) && !ABOUT_RULES.test(words) ? 'find' : null
  }
  if (amount) {
    const about =
      concepts.has('find') || concepts.has('payment') || concepts.has('transfer') || concepts.has('spend')
    const asksWhat = WHAT_FOR.test(words) && !IN_OTHER_MONEY.test(words)
    return about || paid || bought || asksWhat ? 'find' : null
  }
  const isOfSome = concepts.has('find') || concepts.has('payment') || SOMETHING.test(words)
  if (trouble === 'amount' && isOfSome && !ABOUT_RULES.test(words)) return 'find'
  if (GOT_PAID.test(words)) return 'transactions'
  if (asksWhatFor(reading)) return 'find'
  const shop = merchant !== null && resolveMerchant(merchant).known
  if (concepts.has('find') && (concepts.has('payment') || concepts.has('transfer') || paid || bought || shop))
    return 'find'
  if (WHETHER_PAID.test(words) && (merchant !== null || unexplained.length > 0 || category)) return 'find'
  if (WHETHER_MOVED.test(words) && category === 'income') return 'transactions'
  if (WHETHER_MOVED.test(words) && (merchant !== null || unexplained.length > 0 || category)) return 'find'
  if (concepts.has('stop')) return null
  if (concepts.has('payment') && (asksToSee || (isListed(reading) && !ABOUT_RULES.test(words))))
    return 'transactions'
  if (isOfPeriodAlone(reading)) return 'transactions'
  if (asksToSee && ALL_OF_IT.test(words) && (reading.periods.length > 0 || shop)) return 'transactions'
  if (bought || (paid && !concepts.has('money'))) return 'transactions'
  if (concepts.has('show') && shop) return 'transactions'
  return concepts.has('earn') || category === 'income' ? 'transactions' : null
}

/** "What happened yesterday", "show me last month": a period, and nothing that is asked of it. */
function isOfPeriodAlone({ words, concepts, periods, unexplained, category, merchant }: Reading): boolean {
  if (periods.length !== 1 || unexplained.length > 0 || category || merchant !== null) return false
  const isShown = concepts.has('show') && concepts.size === 1 && SHOWN.test(words)
  return isShown || (WHAT_HAPPENED.test(words) && [...concepts].every((concept) => concept === 'than'))
}
const SHOWN =
  /^ (?:(?:please|can you|could you|and) )?(?:show|see|list|montre[rz]?|affiche[rz]?|voir)(?: me| moi)? /

/** A sum whose money is not named, with a word that makes it a payment. */
const asksWhatFor = ({ words, concepts, number }: Reading): boolean =>
  number !== null &&
  WHAT_FOR.test(words) &&
  (concepts.has('payment') || PAID.test(words) || / (?:charge|charging|prelevement|debit) /.test(words))

const isListed = ({ words, bare, periods, merchant }: Reading): boolean =>
  LISTED.test(words) || bare || periods.length > 0 || merchant !== null

function balanceIn({ words, concepts, amount }: Reading): Intent {
  const asked =
    concepts.has('balance') ||
    HAVE_MONEY.test(words) ||
    HAVE_MONEY_ALONE.test(words) ||
    (concepts.has('money') && concepts.has('remain'))
  return asked && !amount && !concepts.has('payment') && !concepts.has('spend') ? 'balance' : null
}

/** What is said around questions. */
function talkIn({ words, concepts, periods, amount, category, merchant, number }: Reading): Intent {
  if (periods.length > 0 || amount || category || merchant !== null || number) return null
  if (HELP.test(words) || concepts.has('help')) return concepts.has('thanks') ? 'thanks' : 'help'
  if (concepts.has('thanks')) return 'thanks'
  return concepts.has('greeting') || GREETING.test(words) ? 'greeting' : null
}
