const en = {
  title: 'A phone, and the page beside it',
  intro:
    'The phone shows what the messenger carries. Beside it is Guichet’s own page, as you see it in this browser: whatever says something about money opens there.',
  other: 'Français',
  controls: 'Demo controls',
  choose: 'The messenger on this phone',
  names: { messenger: 'Messenger', whatsapp: 'WhatsApp', telegram: 'Telegram' },
  phone: 'The phone',
  simulated: 'simulated',
  chat: 'The chat',
  empty:
    'Nothing here yet. On the page beside, sign in by linking a bank, choose Chat apps and link this messenger: its link opens here, and so does its code when you type it.',
  write: 'Write a message',
  send: 'Send',
  you: 'You',
  guichet: 'Guichet',
  failed: 'That did not work. Is the demo still running?',
  page: 'Your own page',
  alone: 'In a window of its own',
  newTab: '(new tab)',
  handed: 'What the messenger’s company was handed',
  handedIntro:
    'Every body that Guichet sent it, to the byte, newest first. There is no name in it, no amount, no shop and no bank.',
  nothing: 'Nothing yet.',
}

const fr: typeof en = {
  title: 'Un téléphone, et la page à côté',
  intro:
    'Le téléphone montre ce que la messagerie transporte. À côté, la page de Guichet, telle que vous la voyez dans ce navigateur\u00a0: tout ce qui parle d’argent s’ouvre là.',
  other: 'English',
  controls: 'Commandes de la démo',
  choose: 'La messagerie de ce téléphone',
  names: { messenger: 'Messenger', whatsapp: 'WhatsApp', telegram: 'Telegram' },
  phone: 'Le téléphone',
  simulated: 'simulé',
  chat: 'La conversation',
  empty:
    'Rien encore. Sur la page à côté, reliez une banque pour vous identifier, choisissez Messageries et reliez celle-ci\u00a0: son lien s’ouvre ici, et son code aussi, quand vous le tapez.',
  write: 'Écrire un message',
  send: 'Envoyer',
  you: 'Vous',
  guichet: 'Guichet',
  failed: 'Cela n’a pas marché. La démo tourne-t-elle encore\u00a0?',
  page: 'Votre page',
  alone: 'Dans sa propre fenêtre',
  newTab: '(nouvel onglet)',
  handed: 'Ce que l’entreprise de messagerie a reçu',
  handedIntro:
    'Tout ce que Guichet lui a envoyé, à l’octet près, le plus récent d’abord. Il n’y a là ni nom, ni montant, ni commerce, ni banque.',
  nothing: 'Rien encore.',
}

export const PHONE_WORDS = { en, fr }
export type PhoneWords = typeof en
