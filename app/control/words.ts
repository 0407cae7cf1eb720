const en = {
  title: 'Demo controls',
  intro:
    'You are the outside world here: the thief, the shops, and the banks. Keep the chat open beside this page.',
  other: 'Français',
  failed: 'That did not work. Is the demo still running?',
  nobody: 'Nobody has linked this bank yet. Link it in the chat first.',
  steal: 'Steal the card',
  stealHint:
    'Small online tests, then a large purchase far away. Within a second the chat asks “was this you?”.',
  pay: 'One ordinary payment',
  payHint: 'A purchase like the others. It arrives quietly; ask for your last payments to see it.',
  blocked: 'blocked',
  unblock: 'Unblock the card',
  pace: 'Pace of payments',
  seconds: 'Seconds between two payments of a person',
  pause: 'Pause',
  resume: 'Resume',
  set: 'Set',
  trouble: 'Trouble at this bank',
  troubleHint: 'Makes the bank misbehave, to see what the chat says.',
  endpoint: 'Where',
  fault: 'What goes wrong',
  none: 'nothing: all is well',
  apply: 'Apply',
  leave: 'This bank leaves Guichet',
  leaveHint:
    'Its keys are destroyed with all its people’s data, and each of them is told in the chat. It does not come back.',
  leaveConfirm: 'Yes, the bank leaves',
  cancel: 'Cancel',
  left: 'has left Guichet',
  events: 'What the banks have just sent',
  noEvents: 'Nothing yet.',
  done: 'Done. Look at the chat.',
}

const fr: typeof en = {
  title: 'Commandes de la démo',
  intro:
    'Ici vous êtes le monde extérieur : le voleur, les commerces et les banques. Gardez la conversation ouverte à côté.',
  other: 'English',
  failed: 'Cela n’a pas marché. La démo tourne-t-elle encore ?',
  nobody: 'Personne n’a encore relié cette banque. Reliez-la d’abord dans la conversation.',
  steal: 'Voler la carte',
  stealHint:
    'De petits essais en ligne, puis un gros achat au loin. En moins d’une seconde, la conversation demande « était-ce bien vous ? ».',
  pay: 'Un paiement ordinaire',
  payHint: 'Un achat comme les autres. Il arrive sans bruit ; demandez vos derniers paiements pour le voir.',
  blocked: 'bloquée',
  unblock: 'Débloquer la carte',
  pace: 'Rythme des paiements',
  seconds: 'Secondes entre deux paiements d’une personne',
  pause: 'Suspendre',
  resume: 'Reprendre',
  set: 'Régler',
  trouble: 'Des ennuis dans cette banque',
  troubleHint: 'Fait dérailler la banque, pour voir ce que dit la conversation.',
  endpoint: 'Où',
  fault: 'Ce qui déraille',
  none: 'rien : tout va bien',
  apply: 'Appliquer',
  leave: 'Cette banque quitte Guichet',
  leaveHint:
    'Ses clés sont détruites avec les données de tous ses clients, et chacun est prévenu dans la conversation. Elle ne revient pas.',
  leaveConfirm: 'Oui, la banque part',
  cancel: 'Annuler',
  left: 'a quitté Guichet',
  events: 'Ce que les banques viennent d’envoyer',
  noEvents: 'Rien encore.',
  done: 'C’est fait. Regardez la conversation.',
}

export const CONTROL_WORDS = { en, fr }
export type ControlWords = typeof en
