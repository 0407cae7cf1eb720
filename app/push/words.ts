import type { Locale } from '../../src/http/api.ts'

const en = {
  title: 'Alerts on this device',
  says: 'A warning about a payment comes here first, even while Guichet is closed. It says that something waits; what it is opens on our page, for you alone.',
  states: {
    off: 'This device is not alerted.',
    on: 'This device is alerted.',
    denied:
      'Your browser blocks messages from Guichet. Allow them in its settings for this page, then load it again.',
    unsupported:
      'This browser cannot show alerts. On an iPhone or iPad, add Guichet to the home screen and open it from there.',
  },
  turnOn: 'Turn on alerts here',
  turnOff: 'Turn off alerts here',
  devices: 'Where alerts are on',
  since: (when: string) => `A browser of yours, since ${when}`,
  remove: 'Turn off',
  removed: 'Turned off there.',
}

const fr: typeof en = {
  title: 'Alertes sur cet appareil',
  says: 'Une alerte sur un paiement arrive ici d’abord, même quand Guichet est fermé. Elle dit que quelque chose attend\u00a0; ce que c’est s’ouvre sur notre page, pour vous seul.',
  states: {
    off: 'Les alertes sont désactivées sur cet appareil.',
    on: 'Les alertes sont activées sur cet appareil.',
    denied:
      'Votre navigateur bloque les messages de Guichet. Autorisez-les dans ses réglages pour cette page, puis rechargez-la.',
    unsupported:
      'Ce navigateur ne peut pas afficher d’alertes. Sur un iPhone ou un iPad, ajoutez Guichet à l’écran d’accueil et ouvrez-le de là.',
  },
  turnOn: 'Activer les alertes ici',
  turnOff: 'Désactiver les alertes ici',
  devices: 'Où les alertes sont activées',
  since: (when: string) => `Un de vos navigateurs, depuis le ${when}`,
  remove: 'Désactiver',
  removed: 'C’est désactivé là-bas.',
}

export const PUSH_WORDS: Record<Locale, typeof en> = { en, fr }
