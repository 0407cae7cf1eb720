import { Fault } from '#kit'
import type { Credentials } from './account-reader.ts'

/** The connection's consent at the bank, for standards whose every request rests on one. */
export function requireConsentId({ bankConsentId }: Credentials): string {
  if (bankConsentId === null)
    throw new Fault('bank-refused', { detail: 'the access has no consent behind it' })
  return bankConsentId
}
