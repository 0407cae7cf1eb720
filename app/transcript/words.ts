import type { Locale } from '../../src/http/api.ts'

const en = {
  intro:
    'Everything that was said, with its date and who said it. What you print or save is yours to keep: nothing here can take it back.',
  print: 'Print or save',
  back: 'Back to the chat',
  title: 'Conversation with Guichet',
  madeAt: (when: string) => `As it can be read on ${when}`,
  empty: 'Nothing was said yet.',
}

const fr: typeof en = {
  intro:
    'Tout ce qui a été dit, avec sa date et qui l’a dit. Ce que vous imprimez ou enregistrez est à vous\u00a0: rien ici ne pourra le reprendre.',
  print: 'Imprimer ou enregistrer',
  back: 'Revenir à la conversation',
  title: 'Conversation avec Guichet',
  madeAt: (when) => `Telle qu’elle peut être lue le ${when}`,
  empty: 'Rien n’a encore été dit.',
}

export const TRANSCRIPT_WORDS: Record<Locale, typeof en> = { en, fr }
