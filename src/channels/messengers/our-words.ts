import { NOTICES, type NoticeKey } from '#conversation'
import { BUTTONS } from './written.ts'

/** 24 random bytes as base64url, as `newToken` makes them: without a capital or a small letter they would not be random. */
const TOKEN = /^(?=.*[a-z])(?=.*[A-Z])[\w-]{32}$/

/** What may stand after a sentence: nothing after most, two digits that a chat is matched by, the letters of a mailed code. */
const AFTER: Partial<Record<NoticeKey, RegExp>> = {
  match: /^\d{2}$/,
  'mail-code': /^[B-DF-HJ-NP-TV-XZ]{4}-[B-DF-HJ-NP-TV-XZ]{4}$/,
}

/** A line to be answered by its number: what it says is a button of ours, and nothing beside it. */
const LABELS = BUTTONS.flatMap((does) => Object.values(NOTICES[does])).join('|')
const CHOICE = new RegExp(`^[1-${BUTTONS.length}]\\. (?=(?:${LABELS})(?:\\n|$))`)
const CHOICES = new RegExp(CHOICE.source, 'gm')

/** A text without the numbers of such lines. */
export const withoutNumbers = (text: string): string => text.replace(CHOICES, '')

/** Longest first: one sentence may begin like another. */
const SENTENCES = (Object.keys(NOTICES) as NoticeKey[])
  .flatMap((key) => Object.values(NOTICES[key]).map((sentence) => ({ sentence, after: AFTER[key] })))
  .sort((a, b) => b.sentence.length - a.sentence.length)

export const isToken = (text: string): boolean => TOKEN.test(text)

/**
 * A link to something sealed: our own address, one letter and a token, written exactly as we write it. `{{1}}` is where a
 * template of Meta's has the token.
 */
export function isOwnLink(word: string, publicUrl: URL): boolean {
  const place = new URL('/o/', publicUrl).href
  if (!word.startsWith(place)) return false
  const token = word.slice(place.length)
  return isToken(token) || token === '{{1}}'
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
      if (!known.after?.test(firstWord(rest))) continue
    } else if (!isOwnLink(firstWord(rest), publicUrl) && !CHOICE.test(rest)) return false
    rest = rest.slice(firstWord(rest).length).trimStart()
  }
  return true
}

const firstWord = (text: string): string => /^\S*/.exec(text)![0]

const startsWithWhole = (text: string, sentence: string): boolean =>
  text.startsWith(sentence) && /^(?:\s|$)/.test(text.slice(sentence.length))
