import type { Locale } from '#kit'

/** What a read was for, as the privacy centre says it. The keys are those that rooms give as `what` when they ask. */
const DEEDS: Record<string, Record<Locale, string>> = {
  'answer-balance': {
    en: 'Answered your question about your balance',
    fr: 'A répondu à votre question sur votre solde',
  },
  'answer-transactions': { en: 'Showed you your payments', fr: 'Vous a montré vos paiements' },
  'answer-spending': { en: 'Added up your spending for you', fr: 'A additionné vos dépenses pour vous' },
  'answer-compare': { en: 'Compared two periods for you', fr: 'A comparé deux périodes pour vous' },
  'answer-find': { en: 'Looked for a payment for you', fr: 'A cherché un paiement pour vous' },
  'answer-recurring': {
    en: 'Found your regular payments for you',
    fr: 'A trouvé vos paiements réguliers pour vous',
  },
  'match-offers': {
    en: 'Compared your bank’s offers with your account',
    fr: 'A comparé les offres de votre banque à votre compte',
  },
  'answer-offer': {
    en: 'Noted that you do not want an offer',
    fr: 'A noté que vous ne voulez pas d’une offre',
  },
  'check-payment': { en: 'Checked a payment for fraud', fr: 'A vérifié un paiement contre la fraude' },
  'learn-fraud': {
    en: 'Learnt from your payments and answers to notice fraud sooner',
    fr: 'A appris de vos paiements et de vos réponses à repérer plus tôt la fraude',
  },
  'tell-case': {
    en: 'Asked you about an unusual payment',
    fr: 'Vous a interrogé sur un paiement inhabituel',
  },
  'tell-account': {
    en: 'Told you that an account changed',
    fr: 'Vous a dit qu’un compte avait changé',
  },
  'tell-payments': { en: 'Told you of a payment', fr: 'Vous a annoncé un paiement' },
  'look-for-news': {
    en: 'Looked for things worth telling you',
    fr: 'A cherché ce qu’il est utile de vous dire',
  },
  'answer-forecast': {
    en: 'Worked out what you may have left for you',
    fr: 'A estimé pour vous ce qu’il pourrait vous rester',
  },
  'choose-lines': {
    en: 'Noted which payments you want a line about',
    fr: 'A noté quels paiements vous annoncer',
  },
  'answer-case': { en: 'Recorded your answer about a payment', fr: 'A noté votre réponse sur un paiement' },
  'list-payments': {
    en: 'Listed your card payments, to ask which was not yours',
    fr: 'A listé vos paiements par carte, pour demander lequel n’était pas de vous',
  },
  'list-cards': {
    en: 'Listed your cards, to ask which one to block',
    fr: 'A listé vos cartes, pour demander laquelle bloquer',
  },
  'order-block': {
    en: 'Read which card to have blocked at your bank',
    fr: 'A lu quelle carte faire bloquer par votre banque',
  },
  'block-card': {
    en: 'Noted what your bank did with your card',
    fr: 'A noté ce que votre banque a fait de votre carte',
  },
  'order-unblock': {
    en: 'Read which card to have unblocked at your bank',
    fr: 'A lu quelle carte faire débloquer par votre banque',
  },
  'unblock-card': {
    en: 'Noted what your bank did with your card',
    fr: 'A noté ce que votre banque a fait de votre carte',
  },
  'order-new-card': {
    en: 'Read which card to order anew at your bank',
    fr: 'A lu quelle carte recommander à votre banque',
  },
  'replace-card': {
    en: 'Noted what your bank said of your new card',
    fr: 'A noté ce que votre banque a dit de votre nouvelle carte',
  },
  'order-release': {
    en: 'Read which refused payment to have let through',
    fr: 'A lu quel paiement refusé faire laisser passer',
  },
  'release-payment': {
    en: 'Noted what your bank did with the refused payment',
    fr: 'A noté ce que votre banque a fait du paiement refusé',
  },
  'order-dispute': {
    en: 'Read which payments you dispute, to tell your bank',
    fr: 'A lu quels paiements vous contestez, pour le dire à votre banque',
  },
  'send-dispute': {
    en: 'Noted that your bank has your dispute',
    fr: 'A noté que votre banque a votre contestation',
  },
  'keep-payment': {
    en: 'Kept a payment your bank announced',
    fr: 'A gardé un paiement annoncé par votre banque',
  },
  'pull-history': { en: 'Asked your bank for your accounts', fr: 'A demandé vos comptes à votre banque' },
  'keep-statement': {
    en: 'Compared a statement from your bank with what is kept, and kept what was new',
    fr: 'A comparé un relevé de votre banque avec ce qui est gardé, et gardé ce qui était nouveau',
  },
  'keep-history': { en: 'Kept what your bank answered', fr: 'A gardé la réponse de votre banque' },
  'keep-connection': { en: 'Kept the access your bank gave', fr: 'A gardé l’accès donné par votre banque' },
  'reopen-conversation': {
    en: 'Showed you your conversation again',
    fr: 'Vous a montré de nouveau votre conversation',
  },
  'read-handed-over': {
    en: 'Read what you wrote to somebody at your bank',
    fr: 'A lu ce que vous avez écrit à quelqu’un de votre banque',
  },
  'choose-accounts': {
    en: 'Showed you your accounts to choose from for an app',
    fr: 'Vous a montré vos comptes, à choisir pour une application',
  },
  'app-accounts': {
    en: 'Handed your accounts to an app of yours, while you used it',
    fr: 'A remis vos comptes à une de vos applications, pendant que vous l’utilisiez',
  },
  'app-accounts-alone': {
    en: 'Handed your accounts to an app of yours',
    fr: 'A remis vos comptes à une de vos applications',
  },
  'app-balances': {
    en: 'Handed your balances to an app of yours, while you used it',
    fr: 'A remis vos soldes à une de vos applications, pendant que vous l’utilisiez',
  },
  'app-balances-alone': {
    en: 'Handed your balances to an app of yours',
    fr: 'A remis vos soldes à une de vos applications',
  },
  'app-payments': {
    en: 'Handed your payments to an app of yours, while you used it',
    fr: 'A remis vos paiements à une de vos applications, pendant que vous l’utilisiez',
  },
  'app-payments-alone': {
    en: 'Handed your payments to an app of yours',
    fr: 'A remis vos paiements à une de vos applications',
  },
  'own-copy': { en: 'Handed you your own copy', fr: 'Vous a remis votre copie' },
  'hand-back-access': { en: 'Handed its access back to your bank', fr: 'A rendu son accès à votre banque' },
}

/** The sentence for a read; a key without one is shown as it is, so that no read is ever hidden. */
export function whatWasDone(key: string, locale: Locale): string {
  return DEEDS[key]?.[locale] ?? key
}
