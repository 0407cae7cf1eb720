const en = {
  simulated: 'simulated',
  ribbon: 'Simulated bank, for the demonstration. It has nothing to do with the real one.',
  titles: { login: 'Log in', consent: 'Approve access' },
  login: 'Log in to your bank',
  choose: 'In this demonstration you can be:',
  username: 'User name',
  password: 'Password',
  logIn: 'Log in',
  asks: (client: string) => `${client} asks to read your accounts`,
  signsIn: (client: string) => `Sign in to ${client}`,
  signsInText: (client: string) => `${client} learns only that it is you. It reads nothing.`,
  forPurposes: 'For these purposes, and no other:',
  fromAccounts: 'From these accounts:',
  duration: (days: number) =>
    days >= 365
      ? 'For one year at most. You can end it here or there at any time.'
      : `For ${days} days at most. You can end it here or there at any time.`,
  approve: 'Approve',
  refuse: 'Refuse',
  failed: 'The bank cannot be reached. Go back and try again.',
  homeTitle: 'This page plays the bank’s own website',
  homeSays:
    'The button at the lower right is Guichet’s chat. Press it: you stay on the bank’s page, and the conversation opens in a frame that this page cannot look into.',
  homeHow: 'The bank added one line to its page',
  homeLearns:
    'The page learns whether the chat is open and how many messages wait. What they say, it never learns.',
}

const fr: typeof en = {
  simulated: 'simulée',
  ribbon: 'Banque simulée, pour la démonstration. Elle n’a rien à voir avec la vraie.',
  titles: { login: 'Connexion', consent: 'Autoriser l’accès' },
  login: 'Connectez-vous à votre banque',
  choose: 'Dans cette démonstration, vous pouvez être :',
  username: 'Identifiant',
  password: 'Mot de passe',
  logIn: 'Se connecter',
  asks: (client) => `${client} demande à lire vos comptes`,
  signsIn: (client) => `S’identifier auprès de ${client}`,
  signsInText: (client) => `${client} apprend seulement que c’est vous. Il ne lit rien.`,
  forPurposes: 'Pour ces finalités, et aucune autre :',
  fromAccounts: 'Depuis ces comptes :',
  duration: (days) =>
    days >= 365
      ? 'Pour un an au plus. Vous pouvez y mettre fin ici ou là-bas à tout moment.'
      : `Pour ${days} jours au plus. Vous pouvez y mettre fin ici ou là-bas à tout moment.`,
  approve: 'Autoriser',
  refuse: 'Refuser',
  failed: 'La banque est injoignable. Revenez en arrière et réessayez.',
  homeTitle: 'Cette page joue le site de la banque',
  homeSays:
    'Le bouton en bas à droite est la conversation de Guichet. Appuyez dessus : vous restez sur la page de la banque, et la conversation s’ouvre dans un cadre que cette page ne peut pas lire.',
  homeHow: 'La banque a ajouté une ligne à sa page',
  homeLearns:
    'La page apprend si la conversation est ouverte et combien de messages attendent. Ce qu’ils disent, elle ne l’apprend jamais.',
}

export const BANK_WORDS = { en, fr }
