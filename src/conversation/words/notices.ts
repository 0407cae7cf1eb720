import type { Locale } from '#kit'

/**
 * The only sentences that a third-party messenger may carry. They take no values. Who chose the neutral wording is only
 * ever told that a message is waiting: not even its topic leaves the house.
 */
export const NOTICES = {
  'message-waiting': {
    en: 'A message is waiting for you at Guichet.',
    fr: 'Un message vous attend au Guichet.',
  },
  'answer-ready': {
    en: 'Your answer is ready.',
    fr: 'Votre réponse est prête.',
  },
  'please-look-now': {
    en: 'Please look at Guichet now: a question is waiting for you.',
    fr: 'Passez au Guichet dès maintenant\u00a0: une question vous y attend.',
  },
  'card-question': {
    en: 'Please check a card payment: was it you? If you are not sure, block the card at once; you can undo that on our page.',
    fr: 'Veuillez vérifier un paiement par carte\u00a0: est-ce bien vous\u00a0? Dans le doute, bloquez la carte tout de suite\u00a0; vous pourrez l’annuler sur notre page.',
  },
  // The same for one that no card paid: there is none to block.
  'payment-question': {
    en: 'Please check a payment: was it you? If it was not, say so on our page at once.',
    fr: 'Veuillez vérifier un paiement\u00a0: est-ce bien vous\u00a0? Sinon, dites-le tout de suite sur notre page.',
  },
  hello: {
    en: 'Hello. I am Guichet, an automatic assistant. Ask me about your accounts; what I find opens on our own page, never here. Write “person” to reach somebody at your bank, “stop” to hear nothing more.',
    fr: 'Bonjour. Je suis Guichet, un assistant automatique. Interrogez-moi sur vos comptes\u00a0; ce que je trouve s’ouvre sur notre page, jamais ici. Écrivez «\u00a0conseiller\u00a0» pour joindre quelqu’un à votre banque, «\u00a0stop\u00a0» pour ne plus rien recevoir.',
  },
  // The same two where answers can stand in the chat itself.
  'hello-private': {
    en: 'Hello. I am Guichet, an automatic assistant. Ask me about your accounts; what I find opens on our own page, and may stand here too once you have compared pictures there. Write “person” to reach somebody at your bank, “stop” to hear nothing more.',
    fr: 'Bonjour. Je suis Guichet, un assistant automatique. Interrogez-moi sur vos comptes\u00a0; ce que je trouve s’ouvre sur notre page, et pourra figurer ici aussi quand vous y aurez comparé des images. Écrivez «\u00a0conseiller\u00a0» pour joindre quelqu’un à votre banque, «\u00a0stop\u00a0» pour ne plus rien recevoir.',
  },
  'linked-private': {
    en: 'This chat is linked. I am an automatic assistant. Answers open on our own page; compare pictures there once, and they may stand here too.',
    fr: 'Cette conversation est reliée. Je suis un assistant automatique. Les réponses s’ouvrent sur notre page\u00a0; comparez-y des images une fois, et elles pourront figurer ici aussi.',
  },
  'not-linked': {
    en: 'This chat is not linked to anybody yet. Begin on our page, where you are signed in: it gives you a link that comes back here.',
    fr: 'Cette conversation n’est reliée à personne. Commencez sur notre page, où vous êtes identifié\u00a0: elle vous donne un lien qui ramène ici.',
  },
  'code-not-good': {
    en: 'This code is over or was used already. Ask for a new one on our page.',
    fr: 'Ce code n’est plus valable ou a déjà servi. Demandez-en un nouveau sur notre page.',
  },
  match: {
    en: 'To link this chat, type these two digits on the page where you began. If you did not begin there, do nothing:',
    fr: 'Pour relier cette conversation, tapez ces deux chiffres sur la page où vous avez commencé. Si ce n’est pas vous, ne faites rien\u00a0:',
  },
  linked: {
    en: 'This chat is linked. I am an automatic assistant; answers open on our own page, never here.',
    fr: 'Cette conversation est reliée. Je suis un assistant automatique\u00a0; les réponses s’ouvrent sur notre page, jamais ici.',
  },
  stopped: {
    en: 'Stopped: I write to you here unasked only when your safety is at stake. Write “start” to begin again.',
    fr: 'C’est arrêté\u00a0: je ne vous écris plus ici de moi-même, sauf s’il en va de votre sécurité. Écrivez «\u00a0reprendre\u00a0» pour recommencer.',
  },
  started: {
    en: 'I will write to you here again.',
    fr: 'Je vous écrirai de nouveau ici.',
  },
  blocking: {
    en: 'The card is being blocked. Open our page to see it, or to undo it.',
    fr: 'La carte est en cours de blocage. Ouvrez notre page pour le voir, ou pour l’annuler.',
  },
  'human-took': {
    en: 'Somebody at your bank is here now and reads what you write. I am silent until they hand back.',
    fr: 'Quelqu’un de votre banque est là et lit ce que vous écrivez. Je me tais jusqu’à ce que la main me soit rendue.',
  },
  'human-answered': {
    en: 'A person has answered you.',
    fr: 'Une personne vous a répondu.',
  },
  'handed-back': {
    en: 'From here on the automatic assistant answers again.',
    fr: 'L’assistant automatique répond de nouveau.',
  },
  'too-many': {
    en: 'That was a lot at once. I will answer again in a minute.',
    fr: 'Cela fait beaucoup d’un coup. Je répondrai de nouveau dans une minute.',
  },
  'not-dealt-with': {
    en: 'Something that you wrote or tapped here could not be dealt with. Please do it again, or open our page.',
    fr: 'Quelque chose que vous avez écrit ou touché ici n’a pas pu être traité. Veuillez recommencer, ou ouvrir notre page.',
  },
  'write-instead': {
    en: 'I can only read text. Please write your question.',
    fr: 'Je ne lis que du texte. Veuillez écrire votre question.',
  },
  'mail-code': {
    en: 'Type this code on the page where you gave your e-mail address. If you gave none, do nothing:',
    fr: 'Tapez ce code sur la page où vous avez indiqué votre adresse e-mail. Si ce n’est pas vous, ne faites rien\u00a0:',
  },
  'mail-code-subject': { en: 'Your code for Guichet', fr: 'Votre code pour Guichet' },
  'mail-why': {
    en: 'You gave Guichet this address on our page and can remove it there. Nobody reads what is sent back.',
    fr: 'Vous avez indiqué cette adresse sur notre page et pouvez l’y retirer. Personne ne lit les réponses.',
  },
  'button-over': {
    en: 'This button is over. Please write what you would like to know.',
    fr: 'Ce bouton n’est plus valable. Écrivez ce que vous souhaitez savoir.',
  },
  'button-used': {
    en: 'That was chosen already; each choice works once. Please ask again, in your own words if you like.',
    fr: 'C’était déjà choisi\u00a0; chaque choix ne sert qu’une fois. Redemandez, avec vos mots si vous préférez.',
  },
  choose: { en: 'Choose', fr: 'Choisir' },
  // Where a messenger has no buttons.
  'choose-by': {
    en: 'Answer with a number or with its words:',
    fr: 'Répondez par un numéro ou par ses mots\u00a0:',
  },
  'ask-balance': { en: 'My balance', fr: 'Mon solde' },
  'ask-spending': { en: 'My spending', fr: 'Mes dépenses' },
  'ask-person': { en: 'Talk to somebody', fr: 'Parler à quelqu’un' },
  'open-here': { en: 'Open', fr: 'Ouvrir' },
  'block-card': { en: 'Block my card', fr: 'Bloquer ma carte' },
} as const satisfies Record<string, Record<Locale, string>>

export type NoticeKey = keyof typeof NOTICES

/** How much a third party's messenger is told of what a message is about: its kind, or not even that. */
export const WORDINGS = ['plain', 'neutral'] as const
export type Wording = (typeof WORDINGS)[number]
