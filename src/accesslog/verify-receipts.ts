import { compactVerify, createLocalJWKSet, errors, type JSONWebKeySet } from 'jose'
import * as z from 'zod'
import type { ExportFile } from './export-file.ts'
import type { Finding, ProvenRead } from './file-report.ts'
import { type VerifyOptions, verifyStatement } from './proof/index.ts'

/** Consent is held, and the record written, on clocks that may differ a little. */
const CLOCKS_DIFFER_MS = 60_000

/** What of a signed receipt is needed to tell whether a read rests on it. */
const receiptShape = z.looseObject({
  record_id: z.string(),
  pii_principal_id: z.string(),
  event: z.looseObject({ time: z.iso.datetime() }),
  purpose: z.looseObject({ id: z.string() }),
  validity: z.looseObject({ until: z.iso.datetime() }),
})

type Receipt = z.infer<typeof receiptShape>

/** Checks the receipts' signatures and, where the file has them, their places in the log. */
export async function verifyReceipts(
  file: ExportFile,
  vkey: string,
  options: VerifyOptions,
): Promise<{ receipts: Map<string, Receipt>; logged: number; findings: Finding[] }> {
  const findings: Finding[] = []
  const receipts = new Map<string, Receipt>()
  let logged = 0
  const keys = createLocalJWKSet(file.keys as unknown as JSONWebKeySet)
  for (const { id, jws, proof } of file.receipts) {
    const receipt = await openReceipt(jws, keys)
    if (receipt?.record_id === id) receipts.set(id, receipt)
    else findings.push({ code: 'receipt-wrong', id })
    if (proof === undefined) continue
    const checked = await verifyStatement(proof, vkey, 'guichet.consent/1', options)
    if (!checked.ok) findings.push({ code: 'receipt-unlogged', id, why: checked.why })
    else if (Buffer.from(checked.payload).toString() !== jws)
      findings.push({ code: 'receipt-unlogged', id, why: 'not-in-log' })
    else logged++
  }
  return { receipts, logged, findings }
}

async function openReceipt(jws: string, keys: ReturnType<typeof createLocalJWKSet>): Promise<Receipt | null> {
  try {
    const { payload } = await compactVerify(jws, keys, { algorithms: ['Ed25519', 'EdDSA'] })
    return receiptShape.parse(JSON.parse(Buffer.from(payload).toString()))
  } catch (error) {
    if (error instanceof errors.JOSEError || error instanceof z.ZodError || error instanceof SyntaxError)
      return null
    throw error
  }
}

/** Allowed reads that rest on no receipt of the file: for this person, that purpose, and that time. */
export function unconsentedReads(
  reads: readonly ProvenRead[],
  receipts: ReadonlyMap<string, Receipt>,
): Finding[] {
  return reads
    .filter(({ record }) => record.decision === 'allowed')
    .filter(({ record }) => {
      const receipt = receipts.get(record.consent ?? '')
      if (!receipt || receipt.purpose.id !== record.purpose || receipt.pii_principal_id !== record.sub)
        return true
      const at = Date.parse(record.t)
      return (
        at < Date.parse(receipt.event.time) - CLOCKS_DIFFER_MS ||
        at > Date.parse(receipt.validity.until) + CLOCKS_DIFFER_MS
      )
    })
    .map(({ bank, seq }) => ({ code: 'read-unconsented', bank, seq }))
}
