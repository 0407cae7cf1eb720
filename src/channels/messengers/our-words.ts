import { NOTICES, type NoticeKey } from '#conversation'

/** 24 random bytes as base64url, as `newToken` makes them. */
const TOKEN = /^[\w-]{32}$/

/** What may stand after a sentence: nothing after most, two digits that a chat is matched by, the letters of a mailed code. */
const AFTER: Partial<Record<NoticeKey, RegExp>> = {
  match: /^\d{2}$/,
  'mail-code': /^[B-DF-HJ-NP-TV-XZ]{4}-[B-DF-HJ-NP-TV-XZ]{4}$/,
}

/** Longest first: one sentence may begin like another. */
const SENTENCES = (Object.keys(NOTICES) as NoticeKey[])
  .flatMap((key) => Object.values(NOTICES[key]).map((sentence) => ({ sentence, after: AFTER[key] })))
  .sort((a, b) => b.sentence.length - a.sentence.length)

/** A link to something sealed: our own address, one letter and a token, written exactly as we write it. */
export function isOwnLink(word: string, publicUrl: URL): boolean {
  const token = word.slice(-32)
  return TOKEN.test(token) && word === new URL(`/o/${token}`, publicUrl).href
}

/**
 * Whether a text is nothing but fixed sentences of ours and links to what is sealed, in any order. What is not known to be
 * ours is not allowed: nobody can list all the ways in which something could be said.
 */
export function isOurs(text: string, publicUrl: URL): boolean {
  let rest = text.trim()
  while (rest !== '') {
    const known = SENTENCES.find(({ sentence }) => startsWithWhole(rest, sentence))
    if (known) {
      rest = rest.slice(known.sentence.length).trimStart()
      if (!known.after) continue
      if (!known.after.test(firstWord(rest))) return false
    } else if (!isOwnLink(firstWord(rest), publicUrl)) return false
    rest = rest.slice(firstWord(rest).length).trimStart()
  }
  return true
}

const firstWord = (text: string): string => /^\S*/.exec(text)![0]

const startsWithWhole = (text: string, sentence: string): boolean =>
  text.startsWith(sentence) && /^(?:\s|$)/.test(text.slice(sentence.length))
