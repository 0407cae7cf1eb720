import { type Doubt, isPaid } from '#fraud'
import { resolveMerchant } from '#merchants'
import type { FraudCase, Transaction } from '#vault'
import { type Action, type AnswerCase, type PaymentRow, type Said, say, type Template } from '../answer.ts'
import type { Line } from './cards.ts'

/** Payments of a dispute that are named: what somebody alarmed still reads. */
const NAMED_MAX = 10

/** Where a case is and what is known around it, as far as its sentences need it. */
export type CaseScene = {
  linkId: string
  line: Line & { country: string }
  /** The account is a credit card's: in the United States another law protects it than a current account. */
  isCredit: boolean
  card: string | null
  /** The payments that are in it, and the others of its card that may be. */
  marked: readonly Transaction[]
  markable: readonly Transaction[]
}

/** Asked once more, kindly, before a card is blocked: people forget what they pay for. */
export function sayDoubt(doubt: Doubt, again: Action, after: Action, hasCard: boolean): Said {
  return {
    text: [doubtSentence(doubt), say('doubt-next', { hasCard })],
    show: null,
    actions: [after, again],
  }
}

/**
 * The same about several payments of one list: each reason once, and the list to tick again. When some of them were asked
 * about, that they were all theirs answers these questions.
 */
export function sayDoubts(
  doubts: readonly Doubt[],
  payments: readonly Transaction[],
  { linkId, caseIds }: { linkId: string; caseIds: readonly string[] },
): Said {
  const reasons = new Map(doubts.map((doubt) => [JSON.stringify(doubt), say('doubt-of', { doubt })]))
  const again: Action = {
    label: say('do-report-ticked', {}),
    style: 'danger',
    intent: { do: 'report-payments', linkId, transactionIds: payments.map(({ id }) => id), sure: true },
    chooses: 'payments',
  }
  const answers = caseIds.map(
    (caseId): AnswerCase => ({ do: 'answer-case', linkId, caseId, hasCard: true, answer: 'was-me' }),
  )
  const allMine: Action = {
    label: say('do-all-mine', {}),
    style: 'plain',
    intent: answers.length > 0 ? { do: 'answer-cases', answers } : { do: 'leave-case' },
  }
  return {
    text: [say('doubts', {}), ...reasons.values(), say('doubts-next', {})],
    show: { type: 'transactions', caption: say('doubts-caption', {}), rows: payments.map(rowOf), more: 0 },
    actions: [allMine, again],
  }
}

function doubtSentence(doubt: Doubt): Template {
  switch (doubt.kind) {
    case 'subscription':
      return say('doubt-subscription', doubt)
    case 'same-merchant-before':
      return say('doubt-same-merchant', doubt)
    case 'other-card':
      return say('doubt-other-card', { ...doubt, card: doubt.cardNumberDisplay })
    case 'often-wrong':
      return say('doubt-often-wrong', doubt)
  }
}

/** What follows a *not me*: the dispute, the other payments that may be theirs, and what the law gives them. */
export function sayNotMe(fraudCase: FraudCase, intent: CaseButtons, scene: CaseScene): Said {
  const { number, openedAt } = fraudCase
  const { line, isCredit, card } = scene
  return {
    text: [
      // What matters most comes first: on a telephone the news of the block itself is below a list.
      say('not-me-noted', { bank: line.bank, card }),
      ...(card ? [] : [say('case-without-card', { ...line, number })]),
      ...(fraudCase.dispute
        ? disputeOpened(fraudCase, scene)
        : [say('case-opened', { number, at: openedAt })]),
      say('rights', { country: line.country, isCredit }),
      ...(scene.markable.length > 0 ? [say('mark-others', {})] : []),
    ],
    ...marking(fraudCase, intent, scene),
  }
}

/** The payments of a dispute after some were added, and those that may be still. */
export function sayMarked(fraudCase: FraudCase, intent: CaseButtons, scene: CaseScene, now: number): Said {
  const { number, dispute, state } = fraudCase
  // Taken back meanwhile, by a button of another message: there is nothing that it could join.
  if (!dispute || state !== 'confirmed-fraud') return sayCaseLeft()
  if (now >= dispute.sendAfter) return sayTooLate(fraudCase, scene.line)
  return {
    text: [
      say('marked', { payments: scene.marked.length, number, sendAfter: dispute.sendAfter }),
      ...(scene.markable.length > 0 ? [say('mark-others', {})] : []),
    ],
    ...marking(fraudCase, intent, scene),
  }
}

/** Payments that had joined a dispute and were their own: which, and then what became of those that were ticked. */
export function sayOwn(
  fraudCase: FraudCase,
  intent: CaseButtons,
  scene: CaseScene,
  { ticked, now }: { ticked: number; now: number },
): Said {
  const { number, dispute, state } = fraudCase
  const { bank } = scene.line
  if (state !== 'confirmed-fraud') return sayCaseLeft()
  if (dispute && now >= dispute.sendAfter) return sayTooLate(fraudCase, scene.line)
  const joined = joinedIn(fraudCase, scene)
  if (ticked > 0 || joined.length === 0)
    return {
      text: [
        ticked > 0
          ? say('own-noted', { payments: ticked, number, bank, sendAfter: dispute?.sendAfter ?? null })
          : say('case-left', {}),
        ...(scene.markable.length > 0 ? [say('mark-others', {})] : []),
      ],
      ...marking(fraudCase, intent, scene),
    }
  const { linkId, caseId } = intent
  const own: Action = {
    label: say('do-own', {}),
    style: 'plain',
    intent: { do: 'own-payments', linkId, caseId, transactionIds: joined.map(({ id }) => id) },
    chooses: 'payments',
  }
  return {
    text: [say('own-which', {})],
    show: { type: 'transactions', caption: say('own-caption', { number }), rows: joined.map(rowOf), more: 0 },
    // One button of a message uses up the others: that all of it was theirs can still be said.
    actions: [own, wasMeAfterAll(intent)],
  }
}

/** Payments that joined a case and that there is something to pay back of. */
const joinedIn = ({ transactionId }: FraudCase, { marked }: CaseScene): Transaction[] =>
  marked.filter((one) => one.id !== transactionId && isPaid(one))

const someMine = (fraudCase: FraudCase, scene: CaseScene): Action[] =>
  joinedIn(fraudCase, scene).length === 0
    ? []
    : [
        {
          label: say('do-some-mine', {}),
          style: 'plain',
          intent: { do: 'own-payments', linkId: scene.linkId, caseId: fraudCase.id, transactionIds: [] },
        },
      ]

/** What follows *it was me*: the case is closed, the payment let through if it `releases`, or the dispute taken back. */
export function sayWasMe(
  fraudCase: FraudCase,
  intent: AnswerCase,
  line: Line,
  { releases, now }: { releases: boolean; now: number },
): Said {
  const { number, state, answeredAt, takenBackAt, cardBlockedAt, declined } = fraudCase
  if (state === 'confirmed-fraud') return sayTooLate(fraudCase, line)
  const { bank } = line
  const wasTakenBack = takenBackAt !== undefined && takenBackAt === answeredAt
  const isBlocked = cardBlockedAt !== null
  const isRefused = declined?.releasedAt === null
  const until = declined?.releasableUntil ?? null
  return {
    text: [
      // What the bank refused was not in dispute: nothing had been paid.
      wasTakenBack
        ? say(declined ? 'case-taken-back' : 'dispute-taken-back', { bank, number })
        : say('case-was-me', { number }),
      ...(releases ? [say('release-ordered', { bank })] : []),
      ...(isRefused && until === null ? [say('release-never', { bank })] : []),
      ...(isRefused && until !== null && now >= until ? [say('release-too-late', { bank })] : []),
      ...(wasTakenBack && isBlocked ? [say('card-stays-blocked', { bank })] : []),
    ],
    show: null,
    actions: [
      ...(wasTakenBack && isBlocked ? [openCards] : []),
      notMeAfterAll(intent),
      ...(fraudCase.reasons.length > 0 && !wasTakenBack ? [snooze(intent)] : []),
    ],
  }
}

/** A mistaken yes can be taken back too. */
const notMeAfterAll = (intent: AnswerCase): Action => ({
  label: say('do-not-me-after-all', {}),
  style: 'danger',
  intent: { ...intent, answer: 'not-me' },
})

const snooze = (of: AnswerCase): Action => ({
  label: say('do-snooze', {}),
  style: 'plain',
  intent: { do: 'snooze-case', of },
})

/** What looked unusual is left out for a while; null when it cannot be. */
export const saySnoozed = (of: AnswerCase, snoozed: { until: number } | null): Said => ({
  text: [snoozed ? say('snoozed', snoozed) : say('snooze-none', {})],
  show: null,
  actions: [notMeAfterAll(of)],
})

const sayTooLate = ({ number }: FraudCase, { bank, phone }: Line): Said => ({
  text: [say('dispute-too-late', { bank, phone, number })],
  show: null,
  actions: [],
})

export const sayCaseLeft = (): Said => ({ text: [say('case-left', {})], show: null, actions: [] })

export const openCards: Action = { label: say('do-cards', {}), style: 'plain', href: '/cards' }

/** What the buttons under a case go on about. */
export type CaseButtons = Pick<AnswerCase, 'linkId' | 'caseId' | 'hasCard'>

const wasMeAfterAll = ({ linkId, caseId, hasCard }: CaseButtons): Action => ({
  label: say('do-was-me-after-all', {}),
  style: 'plain',
  intent: { do: 'answer-case', linkId, caseId, hasCard, answer: 'was-me' },
})

function marking(
  fraudCase: FraudCase,
  intent: CaseButtons,
  scene: CaseScene,
): Pick<Said, 'show' | 'actions'> {
  const { linkId, caseId } = intent
  const wasMe = wasMeAfterAll(intent)
  const { markable, card } = scene
  const some = someMine(fraudCase, scene)
  if (markable.length === 0) return { show: null, actions: [...some, wasMe] }
  const transactionIds = markable.map(({ id }) => id)
  const mark: Action = {
    label: say('do-mark', {}),
    style: 'danger',
    intent: { do: 'mark-payments', linkId, caseId, transactionIds },
    chooses: 'payments',
  }
  return {
    show: {
      type: 'transactions',
      caption: say('mark-caption', { card }),
      rows: markable.map(rowOf),
      more: 0,
    },
    actions: [mark, ...some, wasMe],
  }
}

/** Of several payments each is named: who was asked about one has not said of the others yet that they know them. */
function disputeOpened({ number, dispute }: FraudCase, { line, marked }: CaseScene): Template[] {
  if (!dispute) return []
  const { openedAt: at, sendAfter } = dispute
  const disputed = marked.filter(isPaid).map(rowOf)
  const named = disputed.slice(0, NAMED_MAX)
  return [
    ...(disputed.length > 1
      ? [
          say('dispute-of', {
            payments: named.map(({ merchant, amount, foreign, at }) => ({ merchant, amount, foreign, at })),
            more: disputed.length - named.length,
          }),
        ]
      : []),
    say('dispute-opened', { bank: line.bank, number, at, sendAfter }),
  ]
}

export function rowOf(payment: Transaction): PaymentRow {
  const { id, at, amount, foreign, status } = payment
  const { merchant, category } = resolveMerchant(payment)
  return { id, at, merchant, category, amount, foreign, status }
}
