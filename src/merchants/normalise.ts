/** What a card scheme ever sends is under 140 characters; the rest of a longer text says nothing more about the shop. */
const LENGTH_MAX = 200

/** Within a name it is single words that are asked about, again and again. */
const ONE_WORD = /^[a-z0-9]{1,100}$/i
/** Nearly all descriptors: nothing in them to unaccent, and nothing that hides. */
const PLAIN = /^[\x20-\x7e]*$/
const ACCENTS = /\p{M}+/gu
/** Control characters, and the marks that reorder or hide text: they would let a name pretend to be another. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\u2028\u2029]+/gu
/** Web addresses arrive cut off (`www.argos.co.u`), so an ending counts from its first letters on. */
const WEB_START = /^(?:https?:\/\/)?(?:www[.\s]\s*)?/
const WEB_END = /\.(?:co(?:m|\.uk?|\.)?|org(?:\.uk)?|net|fr|eu|uk|ltd\.uk|gov\.uk)(?=$|[\s/*,])/g
const NOT_WORD = /[^a-z0-9]+/g

/** A lower-case, unaccented form of any text for comparing: `Café L’Été` → `cafe l'ete`. */
export function fold(text: string): string {
  const read = text.slice(0, LENGTH_MAX)
  if (PLAIN.test(read)) return read.replaceAll('`', "'").toLowerCase()
  return read
    .normalize('NFKD')
    .replace(ACCENTS, '')
    .replace(INVISIBLE, ' ')
    .replace(/[’‘`´ʼ]/g, "'")
    .replace(/œ/gi, 'oe')
    .toLowerCase()
}

/** The words of a descriptor or name, as brands are written: `Sainsbury's S/Mkts` → `sainsburys s mkts`. */
export function wordsOf(text: string): string {
  if (ONE_WORD.test(text)) return text.toLowerCase()
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
  const read = text.slice(0, LENGTH_MAX)
  const shown = PLAIN.test(read) ? read : read.normalize('NFC').replace(INVISIBLE, ' ')
  return shown.replace(/\s+/g, ' ').trim()
}
