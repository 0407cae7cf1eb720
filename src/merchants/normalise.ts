/** What a card scheme ever sends is under 140 characters; the rest of a longer text says nothing more about the shop. */
const LENGTH_MAX = 200

const ACCENTS = /\p{M}+/gu
/** Control characters, and the marks that reorder or hide text: they would let a name pretend to be another. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\u2028\u2029]+/gu
/** Web addresses arrive cut off (`www.argos.co.u`), so an ending counts from its first letters on. */
const WEB_START = /^(?:https?:\/\/)?(?:www[.\s]\s*)?/
const WEB_END = /\.(?:co(?:m|\.uk?|\.)?|org(?:\.uk)?|net|fr|eu|uk|ltd\.uk|gov\.uk)(?=$|[\s/*,])/g
const NOT_WORD = /[^a-z0-9]+/g

/** A lower-case, unaccented form of any text for comparing: `Café L’Été` → `cafe l'ete`. */
export function fold(text: string): string {
  return text
    .slice(0, LENGTH_MAX)
    .normalize('NFKD')
    .replace(ACCENTS, '')
    .replace(INVISIBLE, ' ')
    .replace(/[’‘`´ʼ]/g, "'")
    .replace(/œ/gi, 'oe')
    .toLowerCase()
}

/** The words of a descriptor or name, as brands are written: `Sainsbury's S/Mkts` → `sainsburys s mkts`. */
export function wordsOf(text: string): string {
  return fold(text)
    .trim()
    .replace(WEB_START, '')
    .replace(WEB_END, ' ')
    .replaceAll("'", '')
    .replace(NOT_WORD, ' ')
    .trim()
}

/** A descriptor fit to be shown: no control or direction characters, single spaces; anything else stays as text. */
export function visible(text: string): string {
  return text.slice(0, LENGTH_MAX).normalize('NFC').replace(INVISIBLE, ' ').replace(/\s+/g, ' ').trim()
}
