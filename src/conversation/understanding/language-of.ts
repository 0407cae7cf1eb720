import type { Locale } from '#kit'

/** Words that hold sentences together, of one of our languages and not of the other. */
const WORDS: Record<Locale, ReadonlySet<string>> = {
  en: new Set(
    (
      'the my your and is was are were am what when where who how much many did do does have has of to for from with this that ' +
      'last show me it not you they would could should can will please hello thanks why which there since by over want good'
    ).split(' '),
  ),
  fr: new Set(
    (
      'le la les un une des du de mon ma mes ton votre vos et est était sont suis quel quelle quels quelles quand où qui combien ' +
      'ai as avez ont fait pour avec ce cette ces dernier dernière moi je tu il nous vous pas ne que bonjour merci pourquoi montre'
    ).split(' '),
  ),
}
const FRENCH_LETTERS = /[àâçèéêëîïôùûœ]/i

/**
 * The language that somebody's words are in, so that a screen reader says them in that language's voice (WCAG 2.2, 3.1.2).
 * Null for what both languages could say, such as a name or “transactions”: it is read like the page around it.
 */
export function languageOf(text: string): Locale | null {
  const words =
    text
      .toLowerCase()
      .normalize('NFC')
      .match(/\p{L}+/gu) ?? []
  const count = (locale: Locale) => words.filter((word) => WORDS[locale].has(word)).length
  const more = count('fr') - count('en')
  if (more !== 0) return more > 0 ? 'fr' : 'en'
  return FRENCH_LETTERS.test(text) ? 'fr' : null
}
