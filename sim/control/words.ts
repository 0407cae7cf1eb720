import type { Locale } from '#kit'

/** What the control page says when something cannot be done. */
export const SENTENCES = {
  'origin-refused': {
    en: 'This request did not come from the control page.',
    fr: 'Cette demande ne vient pas de la page de commande.',
  },
  'request-malformed': {
    en: 'This request could not be read.',
    fr: 'Cette demande est illisible.',
  },
  'not-linked': {
    en: 'This person has not linked this bank.',
    fr: 'Cette personne n’a pas relié cette banque.',
  },
  'bank-left': {
    en: 'This bank has left Guichet.',
    fr: 'Cette banque a quitté Guichet.',
  },
  'card-blocked': {
    en: 'The card is blocked: the bank declined the payment.',
    fr: 'La carte est bloquée : la banque a refusé le paiement.',
  },
  'not-enough-money': {
    en: 'There is not enough money in the account: the bank declined the payment.',
    fr: 'Le compte n’est pas assez approvisionné : la banque a refusé le paiement.',
  },
  'suspected-fraud': {
    en: 'The bank’s own fraud system stopped the payment.',
    fr: 'Le système antifraude de la banque a arrêté le paiement.',
  },
  'dispute-decided': {
    en: 'This dispute is decided already.',
    fr: 'Cette contestation est déjà tranchée.',
  },
  'no-savings': {
    en: 'There is no savings account to close. Open one first.',
    fr: 'Il n’y a pas de compte d’épargne à clôturer. Ouvrez-en un d’abord.',
  },
  'guichet-refused': {
    en: 'Guichet did not take this in. Is it running?',
    fr: 'Guichet ne l’a pas pris en compte. Est-il en marche ?',
  },
  internal: {
    en: 'The simulation failed at this.',
    fr: 'La simulation a échoué.',
  },
} as const satisfies Record<string, Record<Locale, string>>

export type SentenceCode = keyof typeof SENTENCES

/** The first language that the browser asks for, of the two we have. */
export function localeOf(acceptLanguage: string | undefined): Locale {
  return /^\s*fr\b/i.test(acceptLanguage ?? '') ? 'fr' : 'en'
}
