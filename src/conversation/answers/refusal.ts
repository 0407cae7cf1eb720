import type { Purpose } from '#consent'
import type { Refusal } from '#vault'
import { type Action, type Said, say, type Template } from '../answer.ts'
import { linkBank } from './plain.ts'

/** Where a person grants a purpose for a bank: our own page, which sends them to the bank's. */
export function grantAction(purpose: Purpose, bank: { id: string; name: string }): Action {
  const query = new URLSearchParams({ bank: bank.id, purpose })
  return { label: say('do-grant', { purpose, bank: bank.name }), style: 'primary', href: `/link?${query}` }
}

/**
 * Why the gate said no, and how to change that. `linked` are the banks the person is linked to now, `all` those of the
 * refusal: a bank that has left can be named, but not asked for consent.
 */
export function sayRefusal(
  { why, purpose }: Refusal,
  linked: readonly { id: string; name: string }[],
  left: readonly string[],
): Said {
  const banks = linked.map(({ name }) => name)
  const said = (text: Template): Said => ({
    text: [text, say('grant-again', {})],
    show: null,
    actions: linked.map((bank) => grantAction(purpose, bank)),
  })
  switch (why) {
    case 'no-link':
      return { text: [say('refused-no-link', {})], show: null, actions: [linkBank] }
    case 'never-consented':
      return said(say('refused-never-consented', { purpose, banks }))
    case 'consent-withdrawn':
      return said(say('refused-consent-withdrawn', { purpose, banks }))
    case 'consent-expired':
      return said(say('refused-consent-expired', { purpose, banks }))
    case 'erased':
      return { text: [say('refused-erased', {})], show: null, actions: [linkBank] }
    case 'bank-withdrawn':
      return { text: [say('refused-bank-withdrawn', { banks: [...left] })], show: null, actions: [linkBank] }
  }
}

/** Told when a purpose ended, by the person or by anyone else. */
export const sayConsentEnded = (purpose: Purpose, bank: { id: string; name: string }): Said => ({
  text: [say('consent-ended', { purpose, bank: bank.name }), say('grant-again', {})],
  show: null,
  actions: [grantAction(purpose, bank)],
})
