import type { Locale } from '#kit'

/** What the bank's own pages say when something is refused. */
export const SENTENCES = {
  'login-wrong': {
    en: 'This name and password do not go together. Please try again.',
    fr: 'Ce nom et ce mot de passe ne vont pas ensemble. Veuillez réessayer.',
  },
  'login-too-often': {
    en: 'That was too many attempts. Please go back and start again.',
    fr: 'Trop de tentatives. Veuillez revenir en arrière et recommencer.',
  },
  'interaction-over': {
    en: 'This page is no longer valid. Please go back and start again.',
    fr: 'Cette page n’est plus valable. Veuillez revenir en arrière et recommencer.',
  },
  'csrf-wrong': {
    en: 'This request did not come from our own page.',
    fr: 'Cette demande ne vient pas de notre propre page.',
  },
  'step-wrong': {
    en: 'This step is already done. Please reload the page.',
    fr: 'Cette étape est déjà faite. Veuillez recharger la page.',
  },
  'accounts-wrong': {
    en: 'Please choose at least one of your accounts.',
    fr: 'Veuillez choisir au moins un de vos comptes.',
  },
  'request-malformed': {
    en: 'This request could not be read.',
    fr: 'Cette demande est illisible.',
  },
} as const satisfies Record<string, Record<Locale, string>>

export type SentenceCode = keyof typeof SENTENCES

export function localeOf(uiLocales: unknown): Locale {
  const first = typeof uiLocales === 'string' ? uiLocales.trim().toLowerCase().split(/\s+/)[0] : ''
  return first?.startsWith('fr') ? 'fr' : 'en'
}
