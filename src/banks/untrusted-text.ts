/** C0 and C1 controls, line separators, and the characters that reorder text (Unicode Bidi_Control). */
const TRICKS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

/**
 * A merchant's words as the bank sent them. They are a fact and are kept, but for characters that would forge a line or
 * turn text around: each becomes a space. HTML stays as it is, since it is only ever shown as text.
 */
export function cleanText(text: string): string {
  return text.replace(TRICKS, ' ')
}
