/**
 * The whole utterance, and nothing beside it: "stop my card" and "stop showing fuel" are something else. The words are those
 * that carriers and messengers have people use.
 */
const STOP =
  /^ (?:please |svp )?(?:stop|stop it|stop all|stopall|stop now|stop everything|stop tout|stop sms|stop (?:all |the |these |your |les |vos )?(?:messages?|messaging|notifications?|alerts?|texts?)|stop (?:messaging|texting|writing(?: to)?|contacting) me|no more messages|unsubscribe(?: me)?|opt out|arret|arrete|arretez|arreter|tout arreter|arrete(?:z)? tout|arrete(?:z)? (?:les |vos |tes )?(?:messages?|notifications?)|arrete(?:z)? de m (?:ecrire|envoyer des messages)|plus de messages?|ne m (?:ecris|ecrivez|envoie|envoyez) plus(?: rien| de messages?)?|desabonner|desabonne(?:z)?(?: moi)?|desabonnement|me desabonner|se desabonner) (?:please |now |svp |s il (?:te|vous) plait |maintenant )?$/
const START =
  /^ (?:start|start again|unstop|resume|subscribe again|reprendre|reprends|reprenez|recommencer|recommence|me reabonner|reabonner) $/

/** Whether the words ask for silence, or to hear from us again. `words` come from `spaced`. */
export function stopOf(words: string): 'stop' | 'start' | null {
  if (STOP.test(words)) return 'stop'
  return START.test(words) ? 'start' : null
}
