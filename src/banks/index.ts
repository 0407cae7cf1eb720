/**
 * banks: the door to banks. Turns each bank's messages into ours: OAuth (FAPI 2.0, or as its profile says), accounts and
 * transactions, signed card events, orders about cards. Amounts, signs, ids and dates are normalised here and nowhere else.
 * Owns no table; touches intake's and the vault's types, and kit.
 */
export type { Linked, LinkRequest, PendingAuthorisation } from './authorisation.ts'
export { type BankSecrets, fetchWithCertificate, loadBankSecrets } from './bank-secrets.ts'
export { type Banks, createBanks } from './banks.ts'
export { contractDocuments } from './card-events/publish.ts'
export type { SignedMessage } from './card-events/verify.ts'
export type { CardOrder, DisputeOrder, ReleaseOrder } from './card-orders.ts'
export { type ClientKeys, loadClientKeys } from './client-keys.ts'
export { BankProfile, loadProfiles, parseProfile } from './profile.ts'
export { requireReadable } from './readers.ts'
export { type Mapping, parseMapping } from './statements/mapping.ts'
export { openStatement } from './statements/read.ts'
export { type KnownBank, lackingFiles, surveyBanks } from './survey.ts'
export { type BankTemplate, fillTemplate, listTemplates } from './template.ts'
