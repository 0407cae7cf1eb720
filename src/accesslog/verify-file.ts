import { claimedShred, type Shred } from './claimed-shred.ts'
import { type ExportFile, exportFileShape } from './export-file.ts'
import type { FileReport, Finding, HeadReport, ProvenRead } from './file-report.ts'
import {
  type Checkpoint,
  fromBase64,
  openCheckpoint,
  parseVkey,
  toBase64,
  type VerifyOptions,
  verifyConsistency,
  verifyHead,
  verifyProof,
  verifyStatement,
} from './proof/index.ts'
import { Refused } from './proof/why.ts'
import { followChains } from './verify-chains.ts'
import { unconsentedReads, verifyReceipts } from './verify-receipts.ts'

/** `vkey` is the log's key from a source other than the file; without it the file's own key is taken, and told so. */
export type FileOptions = VerifyOptions & { vkey?: string }

/**
 * Checks a person's downloaded file, or a single `.tlog-proof`, without any network. Never throws for what a file
 * holds: what is wrong is in the report.
 */
export async function verifyFile(text: string, options: FileOptions = {}): Promise<FileReport> {
  if (text.startsWith('c2sp.org/tlog-proof@v1\n')) return await verifySingle(text, options)
  const parsed = parseExport(text)
  if ('field' in parsed) return blank('export', [{ code: 'file-unreadable', field: parsed.field }])
  return await verifyExport(parsed.file, options)
}

function parseExport(text: string): { file: ExportFile } | { field: string } {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { field: 'JSON' }
  }
  const shaped = exportFileShape.safeParse(value)
  return shaped.success
    ? { file: shaped.data }
    : { field: shaped.error.issues[0]!.path.join('.') || 'guichet' }
}

async function verifySingle(text: string, options: FileOptions): Promise<FileReport> {
  if (options.vkey === undefined) return blank('tlog-proof', [{ code: 'key-needed' }])
  const shred = claimedShred(text)
  if (shred) return await verifyShred(text, shred, options.vkey, options)
  const checked = await verifyProof(text, options.vkey, options)
  if (!checked.ok) return blank('tlog-proof', [{ code: 'read-unproven', why: checked.why }])
  const { record, size, root, origin, cosigners } = checked
  return {
    ...blank('tlog-proof', []),
    log: { origin, vkey: options.vkey, keyFrom: 'given' },
    checkpoint: { size, root, cosigners },
    reads: { total: 1, proven: 1, from: record.t, to: record.t },
    record,
  }
}

async function verifyShred(
  text: string,
  shred: Shred,
  vkey: string,
  options: FileOptions,
): Promise<FileReport> {
  const checked = await verifyStatement(text, vkey, 'guichet.shred/1', options)
  if (!checked.ok) return blank('tlog-proof', [{ code: 'shred-unproven', why: checked.why }])
  const { size, root, origin, cosigners } = checked
  return {
    ...blank('tlog-proof', []),
    log: { origin, vkey, keyFrom: 'given' },
    checkpoint: { size, root, cosigners },
    shred,
  }
}

async function verifyExport(file: ExportFile, options: FileOptions): Promise<FileReport> {
  const findings: Finding[] = []
  const vkey = options.vkey ?? file.log.vkey
  if (vkey.trim() !== file.log.vkey.trim()) findings.push({ code: 'key-differs' })

  const opened = await openHead(file, vkey, options)
  if ('code' in opened) findings.push(opened)
  const checkpoint = 'code' in opened ? null : opened.checkpoint

  const proven: ProvenRead[] = []
  for (const { bank, seq, proof } of file.reads) {
    const checked = await verifyProof(proof, vkey, options)
    if (!checked.ok) findings.push({ code: 'read-unproven', bank, seq, why: checked.why })
    else if (checked.record.seq !== seq) findings.push({ code: 'read-misplaced', bank, seq })
    else proven.push({ bank, ...checked, seq })
  }
  if (checkpoint) findings.push(...(await unconnected(proven, checkpoint, file)))

  const { chains, findings: gaps } = followChains(proven)
  const { receipts, logged, findings: badReceipts } = await verifyReceipts(file, vkey, options)
  const { heads, findings: badHeads } = await verifyHeads(file, vkey, options, proven)
  findings.push(...gaps, ...badReceipts, ...unconsentedReads(proven, receipts), ...badHeads)

  const times = proven.map(({ record }) => record.t).sort()
  return {
    ok: findings.length === 0,
    kind: 'export',
    person: file.person,
    exportedAt: file.exportedAt,
    log: { origin: file.log.origin, vkey, keyFrom: options.vkey === undefined ? 'file' : 'given' },
    checkpoint: checkpoint && {
      size: checkpoint.size,
      root: toBase64(checkpoint.root),
      cosigners: 'code' in opened ? [] : opened.cosigners,
    },
    reads: {
      total: file.reads.length,
      proven: proven.length,
      from: times[0] ?? null,
      to: times.at(-1) ?? null,
    },
    record: null,
    shred: null,
    chains,
    heads,
    receipts: { total: file.receipts.length, signed: receipts.size, logged },
    findings,
  }
}

async function openHead(file: ExportFile, vkey: string, options: FileOptions) {
  try {
    const witnesses = await Promise.all((options.witnesses ?? []).map(parseVkey))
    return await openCheckpoint(file.checkpoint, await parseVkey(vkey), witnesses)
  } catch (error) {
    if (error instanceof Refused) return { code: 'checkpoint-wrong' as const, why: error.why }
    throw error
  }
}

/** Proofs under another head than the file's: of the same size it is a fork; of another, it must be shown to be joined. */
async function unconnected(
  proven: readonly ProvenRead[],
  head: Checkpoint,
  file: ExportFile,
): Promise<Finding[]> {
  const others = new Map(proven.map((read) => [`${read.size} ${read.root}`, read]))
  const findings: Finding[] = []
  for (const { bank, seq, size, root } of others.values()) {
    const other = fromBase64(root)!
    if (size === head.size) {
      if (root !== toBase64(head.root)) findings.push({ code: 'log-forked', bank, seq })
      continue
    }
    const [older, newer] = size < head.size ? [{ size, root: other }, head] : [head, { size, root: other }]
    const joint = file.consistency.find(({ from, to }) => from === older.size && to === newer.size)
    const hashes = joint?.hashes.map(fromBase64)
    const joined =
      hashes?.every((hash) => hash !== null) &&
      (await verifyConsistency({
        from: older.size,
        to: newer.size,
        fromRoot: older.root,
        toRoot: newer.root,
        proof: hashes,
      }))
    if (!joined) findings.push({ code: 'checkpoint-unconnected', bank, seq })
  }
  return findings
}

/** What the log committed to on a day must be in the file, and be the same. */
async function verifyHeads(
  file: ExportFile,
  vkey: string,
  options: FileOptions,
  proven: readonly ProvenRead[],
): Promise<{ heads: HeadReport[]; findings: Finding[] }> {
  const heads: HeadReport[] = []
  const findings: Finding[] = []
  const keys = new Map<string, string>()
  for (const { bank, proof } of file.heads) {
    const checked = await verifyHead(proof, vkey, options)
    if (!checked.ok) {
      findings.push({ code: 'head-unproven', bank, why: checked.why })
      continue
    }
    const { day, count, last, chainKey } = checked
    const numbered = proven.filter((read) => read.bank === bank && read.seq === count)
    const read = numbered.find(({ leaf }) => leaf === last)
    // A chain is filed under one key for ever: with two, the log could keep two stories of it.
    const key = read && (keys.get(read.record.sub) ?? chainKey)
    if (read && key) keys.set(read.record.sub, key)
    if (numbered.length === 0) findings.push({ code: 'reads-cut-off', bank, day, seq: count })
    else if (key !== chainKey) findings.push({ code: 'head-contradicts', bank, day, seq: count })
    else heads.push({ bank, day, count })
  }
  return { heads, findings }
}

function blank(kind: FileReport['kind'], findings: Finding[]): FileReport {
  return {
    ok: findings.length === 0,
    kind,
    person: null,
    exportedAt: null,
    log: { origin: null, vkey: null, keyFrom: 'given' },
    checkpoint: null,
    reads: { total: 0, proven: 0, from: null, to: null },
    record: null,
    shred: null,
    chains: [],
    heads: [],
    receipts: { total: 0, signed: 0, logged: 0 },
    findings,
  }
}
