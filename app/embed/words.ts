import type { Locale } from '../../src/http/api.ts'

const en = {
  title: 'Chat with your bank',
  ownPage: 'Open on its own page',
  newTab: '(new tab)',
  elsewhere:
    'On this page your browser keeps the chat apart from your own session. Open it beside this page to go on.',
  openElsewhere: 'Open the chat',
}

const fr: typeof en = {
  title: 'Écrire à votre banque',
  ownPage: 'Ouvrir sur sa propre page',
  newTab: '(nouvel onglet)',
  elsewhere:
    'Sur cette page, votre navigateur tient la conversation à l’écart de votre session. Ouvrez-la à côté pour continuer.',
  openElsewhere: 'Ouvrir la conversation',
}

export const EMBED_WORDS: Record<Locale, typeof en> = { en, fr }
