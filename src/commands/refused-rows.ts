import type { RefusedRow } from '#intake'

type Why = RefusedRow['why']

/** What is wrong with a field of a row that was set aside. */
export const WRONG: Record<Why, string> = {
  missing: 'is missing',
  malformed: 'cannot be read',
  'too-long': 'is too long',
  'amount-malformed': 'is not an amount',
  'currency-unknown': 'is not a currency of ISO 4217',
  'currency-mismatched': 'is in another currency than the account',
  'date-malformed': 'is not a date',
  'date-ahead': 'lies far ahead',
  'sign-contradicted': 'has a sign that its type contradicts',
  'not-booked': 'says that the row is not booked',
  'reference-reused': 'was used before for another payment',
  unbalanced: 'does not follow from the rows',
  unsupported: 'is of a kind that is not read',
}

/** What was meant to be left out: nobody has to do anything about it. */
const LEFT_OUT: readonly Why[] = ['not-booked', 'unsupported']

const isKnown = (why: string): why is Why => Object.hasOwn(WRONG, why)

/** What is wrong, in words; the code itself where another version wrote one that is not known here. */
export const wrongIn = (why: string): string => (isKnown(why) ? WRONG[why] : `is at fault (${why})`)

/** What an operator does about rows that were set aside, by where they came from: `pull`, or a file. */
export function mendOf(why: string, source: string): string {
  if (isKnown(why) && LEFT_OUT.includes(why)) return 'Nothing to do: Guichet keeps no such rows.'
  if (why === 'unbalanced')
    return 'Ask the bank for the whole statement and import it, or import this one with --accept-unbalanced.'
  if (source.startsWith('file:'))
    return 'Correct the field in the file, in the mapping of a CSV, or have the bank write the file again; then import it once more: what is kept is not taken twice.'
  return 'Tell the bank which field it is and where it stood. The other rows are kept; this one is as soon as the bank lists it put right.'
}
