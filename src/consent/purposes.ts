import type { Locale } from '#kit'

/**
 * The closed list of purposes. There is no way to register another at run time, and none for advertising or for
 * sharing with third parties: what is not in this table cannot be asked of the gate. `dpv` is the W3C Data Privacy
 * Vocabulary 2.0 term. `offered` says when a person can be asked for it: `now`, `by-request` (the person's own single
 * act, never a standing consent), `to-an-app` (only on the page where a person lets one app of theirs read; neither Guichet
 * nor a bank can ask for it) or `later` (its room is not built yet, so nobody can be asked).
 */
export const PURPOSES = Object.freeze({
  'account-view': {
    dpv: 'RequestedServiceProvision',
    clusters: ['ACCOUNT_BASIC', 'ACCOUNT_DETAILED', 'TRANSACTIONS'],
    days: 365,
    lookbackDays: 730,
    offered: 'now',
    en: {
      name: 'See my accounts',
      sentence:
        'Guichet reads your balances and payments to show them to you when you ask, for up to one year.',
    },
    fr: {
      name: 'Voir mes comptes',
      sentence:
        'Guichet lit vos soldes et vos paiements pour vous les montrer quand vous le demandez, pendant un an au plus.',
    },
  },
  'fraud-alerts': {
    dpv: 'FraudPreventionAndDetection',
    clusters: ['ACCOUNT_BASIC', 'TRANSACTIONS'],
    days: 365,
    lookbackDays: 730,
    offered: 'now',
    en: {
      name: 'Warn me of fraud',
      sentence:
        'Guichet checks each card payment against your own habits and asks you at once when one looks wrong. It learns from these payments and your answers to notice fraud sooner, for you and for others. For up to one year.',
    },
    fr: {
      name: 'M’alerter en cas de fraude',
      sentence:
        'Guichet compare chaque paiement par carte à vos habitudes et vous interroge aussitôt si l’un paraît anormal. Il apprend de ces paiements et de vos réponses à repérer plus tôt la fraude, pour vous et pour d’autres. Pendant un an au plus.',
    },
  },
  'spending-insights': {
    dpv: 'RequestedServiceProvision',
    clusters: ['ACCOUNT_BASIC', 'TRANSACTIONS'],
    days: 365,
    lookbackDays: 730,
    offered: 'now',
    en: {
      name: 'Understand my spending',
      sentence:
        'Guichet adds up your payments by shop, kind and month to answer your questions about them, for up to one year.',
    },
    fr: {
      name: 'Comprendre mes dépenses',
      sentence:
        'Guichet additionne vos paiements par commerce, par type et par mois pour répondre à vos questions, pendant un an au plus.',
    },
  },
  'worth-knowing': {
    dpv: 'CommunicationForCustomerCare',
    clusters: ['ACCOUNT_BASIC', 'ACCOUNT_DETAILED', 'TRANSACTIONS'],
    days: 365,
    lookbackDays: 730,
    offered: 'now',
    en: {
      name: 'Tell me things worth knowing',
      sentence:
        'Guichet looks at your balances and payments and writes to you, seldom, when it sees a charge made twice, a dearer subscription, a refund, or too little left for the rent. Each can be stopped on its own. For up to one year.',
    },
    fr: {
      name: 'Me dire ce qui est utile',
      sentence:
        'Guichet regarde vos soldes et vos paiements et vous écrit, rarement, s’il voit un débit en double, un abonnement plus cher, un remboursement, ou trop peu pour le loyer. Chaque sujet s’arrête à part. Pendant un an au plus.',
    },
  },
  'bank-offers': {
    dpv: 'SellProductsToDataSubject',
    clusters: ['ACCOUNT_BASIC', 'TRANSACTIONS'],
    days: 180,
    lookbackDays: 180,
    offered: 'now',
    en: {
      name: 'See my bank’s offers',
      sentence:
        'For up to six months, Guichet compares a few facts about your account with your bank’s own products and shows you a match. Your bank learns nothing of it.',
    },
    fr: {
      name: 'Voir les offres de ma banque',
      sentence:
        'Pendant six mois au plus, Guichet compare quelques faits de votre compte aux produits de votre banque et vous montre ce qui convient. Votre banque n’en apprend rien.',
    },
  },
  'own-app': {
    dpv: 'RequestedServiceProvision',
    clusters: ['ACCOUNT_BASIC', 'ACCOUNT_DETAILED', 'TRANSACTIONS'],
    days: 365,
    lookbackDays: 730,
    offered: 'to-an-app',
    en: {
      name: 'Let an app of mine read',
      sentence:
        'An app that you chose reads, for you, the accounts that you ticked, until the day shown and for one year at most. You can end it at any moment.',
    },
    fr: {
      name: 'Laisser lire une de mes applications',
      sentence:
        'Une application que vous avez choisie lit pour vous les comptes que vous avez cochés, jusqu’au jour indiqué et pendant un an au plus. Vous pouvez y mettre fin à tout moment.',
    },
  },
  'own-copy': {
    dpv: 'RightsFulfillment',
    clusters: ['ACCOUNT_BASIC', 'ACCOUNT_DETAILED', 'TRANSACTIONS'],
    days: 1,
    lookbackDays: 730,
    offered: 'by-request',
    en: {
      name: 'Give me my own copy',
      sentence: 'Guichet reads everything it holds about you once, to hand you the copy you just asked for.',
    },
    fr: {
      name: 'Me remettre ma copie',
      sentence:
        'Guichet lit une seule fois tout ce qu’il détient sur vous, pour vous remettre la copie que vous venez de demander.',
    },
  },
  'walk-away': {
    dpv: 'RecordManagement',
    clusters: [],
    days: 30,
    lookbackDays: 0,
    offered: 'by-request',
    en: {
      name: 'Tell my bank it is over',
      sentence: 'Guichet uses its access to your bank one last time, to hand that access back.',
    },
    fr: {
      name: 'Dire à ma banque que c’est fini',
      sentence: 'Guichet utilise une dernière fois son accès à votre banque, pour le lui rendre.',
    },
  },
  'talk-to-person': {
    dpv: 'CustomerCare',
    clusters: [],
    days: 30,
    lookbackDays: 0,
    offered: 'by-request',
    en: {
      name: 'Talk to somebody at my bank',
      sentence:
        'Somebody at your bank reads what you write to them after you asked for a person, and nothing else.',
    },
    fr: {
      name: 'Parler à quelqu’un de ma banque',
      sentence:
        'Quelqu’un de votre banque lit ce que vous lui écrivez après avoir demandé une personne, et rien d’autre.',
    },
  },
  statistics: {
    dpv: 'ServiceUsageAnalytics',
    clusters: ['TRANSACTIONS'],
    days: 365,
    lookbackDays: 365,
    offered: 'later',
    en: {
      name: 'Count me in anonymous totals',
      sentence: 'Guichet counts you in totals with added noise from which nobody can be singled out.',
    },
    fr: {
      name: 'Me compter dans des totaux anonymes',
      sentence: 'Guichet vous compte dans des totaux bruités dont personne ne peut être isolé.',
    },
  },
  'heart-prevention': {
    dpv: 'RequestedServiceProvision',
    clusters: ['FHIR_CARDIOVASCULAR'],
    days: 365,
    lookbackDays: 3650,
    offered: 'later',
    en: {
      name: 'Help me look after my heart',
      sentence: 'Your hospital reads your heart records to follow up on prevention with you.',
    },
    fr: {
      name: 'M’aider à prendre soin de mon cœur',
      sentence: 'Votre hôpital lit vos données cardiaques pour suivre la prévention avec vous.',
    },
  },
  'care-statistics': {
    dpv: 'ServiceUsageAnalytics',
    clusters: ['FHIR_CARDIOVASCULAR'],
    days: 365,
    lookbackDays: 3650,
    offered: 'later',
    en: {
      name: 'Count me in my hospital’s totals',
      sentence: 'Guichet counts you in noisy totals that help your hospital improve care.',
    },
    fr: {
      name: 'Me compter dans les totaux de mon hôpital',
      sentence: 'Guichet vous compte dans des totaux bruités qui aident votre hôpital à mieux soigner.',
    },
  },
} as const satisfies Record<
  string,
  {
    dpv: string
    clusters: readonly string[]
    days: number
    lookbackDays: number
    offered: 'now' | 'by-request' | 'to-an-app' | 'later'
  } & Record<Locale, { name: string; sentence: string }>
>)

export type Purpose = keyof typeof PURPOSES

/** Purposes a person can be asked for today, in the order they are shown. */
export const OFFERED_PURPOSES = (Object.keys(PURPOSES) as Purpose[]).filter(
  (id) => PURPOSES[id].offered === 'now',
)

export function isPurpose(text: string): text is Purpose {
  return Object.hasOwn(PURPOSES, text)
}
