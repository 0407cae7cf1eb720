import { Fault } from '#kit'
import type { AccountReader, BankRequest } from './account-reader.ts'
import { createFdxReader } from './fdx/read.ts'
import type { BankProfile, Standard } from './profile.ts'

type MakeReader = (needs: { baseUrl: string; request: BankRequest }) => AccountReader

const READERS: Partial<Record<Standard, MakeReader>> = { 'fdx-6': createFdxReader }

/** The reader of a bank's standard. Throws `setting-wrong` for one that cannot be read yet. */
export function createReader(api: BankProfile['api'], request: BankRequest): AccountReader {
  const make = READERS[api.standard]
  if (!make) throw new Fault('setting-wrong', { detail: `${api.standard} cannot be read yet` })
  return make({ baseUrl: api.baseUrl, request })
}
