import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { CompactSign, exportJWK, generateKeyPair } from 'jose'
import { openLog, read, turn } from '../../tests/fixtures/access-log.ts'
import { explainReport } from './explain-report.ts'
import type { FindingCode } from './file-report.ts'
import { PROOF_REFUSALS } from './proof/index.ts'
import { verifyFile } from './verify-file.ts'
import { en } from './words/en.ts'
import { fr } from './words/fr.ts'

type Download = {
  checkpoint: string
  log: { origin: string; vkey: string }
  reads: { bank: string; seq: number; proof: string }[]
  receipts: { id: string; jws: string; proof?: string }[]
  keys: { keys: object[] }
  heads: { bank: string; proof: string }[]
  consistency: { from: number; to: number; hashes: string[] }[]
  [other: string]: unknown
}

let opened: Awaited<ReturnType<typeof openLog>>
let other: Awaited<ReturnType<typeof openLog>>
let whole: Download
let earlier: string

before(async () => {
  opened = await openLog()
  other = await openLog()
  await other.log.append([read('amina')])
  await other.log.checkpoint()
  const { log } = opened
  const { publicKey, privateKey } = await generateKeyPair('Ed25519', { extractable: true })
  const receipt = (id: string, sub: string, purpose: string) =>
    new CompactSign(
      Buffer.from(
        JSON.stringify({
          v: 'guichet.receipt/1',
          record_id: id,
          pii_principal_id: sub,
          event: { state: 'ConsentGiven', time: '2026-11-01T00:00:00.000Z' },
          purpose: { id: purpose },
          validity: { until: '2027-11-01T00:00:00.000Z' },
        }),
      ),
    )
      .setProtectedHeader({ alg: 'Ed25519', kid: 'receipts-1', typ: 'guichet-receipt+jwt' })
      .sign(privateKey)
  const jws = await receipt('grt_1', 'sub-of-chase', 'account-view')
  const stated = await log.appendPlain('guichet.consent/1', Buffer.from(jws))

  const chains = ['chase', 'citi']
  await log.append([read('chase'), read('citi', { consent: 'grt_2' }), read('somebody else')])
  await log.append([read('chase', { decision: 'refused:consent-expired', consent: null })])
  await log.dailyHeads('2026-11-23')
  earlier = await log.checkpoint()
  await log.appendBatch([read('chase'), read('somebody else')])
  await log.append([read('chase')])
  const checkpoint = await log.checkpoint()

  const reads: Download['reads'] = []
  for (const chain of chains) {
    const { count } = await log.head(chain)
    for (let seq = 1; seq <= count; seq++)
      reads.push({ bank: chain, seq, proof: (await log.proofOf(chain, seq, turn, checkpoint))! })
  }
  whole = {
    guichet: 'export/1',
    person: 'per_amina',
    exportedAt: '2026-11-23T12:00:00.000Z',
    log: { origin: log.origin, vkey: log.vkey },
    checkpoint,
    reads,
    receipts: [
      {
        id: 'grt_1',
        jws,
        proof: (await log.statementProofOf(stated.index, stated.nonce, Buffer.from(jws), checkpoint))!,
      },
      { id: 'grt_2', jws: await receipt('grt_2', 'sub-of-citi', 'account-view') },
    ],
    keys: { keys: [{ ...(await exportJWK(publicKey)), kid: 'receipts-1', alg: 'Ed25519' }] },
    heads: await Promise.all(
      chains.map(async (bank) => ({
        bank,
        proof: (await log.headProofOf(bank, '2026-11-23', checkpoint))!,
      })),
    ),
    consistency: [],
    data: { accounts: [] },
  }
})
after(async () => {
  await opened.close()
  await other.close()
})

/** The findings in the file with something changed in it. */
async function findings(change: (file: Download) => void, options = { vkey: whole.log.vkey }) {
  const file = structuredClone(whole)
  change(file)
  const report = await verifyFile(JSON.stringify(file), options)
  assert.equal(report.ok, report.findings.length === 0)
  for (const locale of ['en', 'fr'] as const) assert.ok(explainReport(report, locale).length > 0)
  return report.findings
}

test('a person’s file holds up: every read proven, none missing, each with its receipt', async () => {
  const report = await verifyFile(JSON.stringify(whole), { vkey: whole.log.vkey })
  assert.deepEqual(report.findings, [])
  assert.equal(report.log.keyFrom, 'given')
  assert.deepEqual([report.reads.total, report.reads.proven], [5, 5])
  assert.deepEqual(report.chains, [
    { bank: 'chase', sub: 'sub-of-chase', first: 1, last: 4, count: 4 },
    { bank: 'citi', sub: 'sub-of-citi', first: 1, last: 1, count: 1 },
  ])
  assert.deepEqual(report.receipts, { total: 2, signed: 2, logged: 1 })
  assert.deepEqual(report.heads, [
    { bank: 'chase', day: '2026-11-23', count: 2 },
    { bank: 'citi', day: '2026-11-23', count: 1 },
  ])
})

test('the explanation says in both languages what the file proves, and what no file can', async () => {
  const report = await verifyFile(JSON.stringify(whole))
  const english = explainReport(report, 'en')
  assert.match(english, /holds up/)
  assert.match(english, /5 of 5 reads are in the log test\.example/)
  assert.match(english, /The reads at chase are numbered 1 to 4 without a gap/)
  assert.match(english, /nothing was read without being logged\. No log can show that/)
  assert.match(english, /the right one: it came with this file/)
  assert.match(english, /no witness that you trust/)
  const french = explainReport(report, 'fr')
  assert.match(french, /Les consultations auprès de chase sont numérotées de 1 à 4 sans trou/)
  assert.match(french, /elle est venue avec ce fichier/)
  assert.doesNotMatch(
    french,
    /[^\u00a0\u202f] ?[:;!?](?!\/)(\s|$)/m,
    'French spaces before : ; ! ? do not break',
  )
  const given = await verifyFile(JSON.stringify(whole), { vkey: whole.log.vkey })
  assert.doesNotMatch(explainReport(given, 'en'), /it came with this file/)
})

test('a proof that somebody left holds by itself, and not once a word of it is changed', async () => {
  const { log } = opened
  const statement = (time: string) =>
    Buffer.from(JSON.stringify({ v: 'guichet.shred/1', kind: 'person', name: 'sub_gone', time }))
  const { index, nonce } = await log.appendPlain('guichet.shred/1', statement('2026-11-23T12:00:00.000Z'))
  await log.checkpoint()
  const proof = (await log.statementProofOf(index, nonce, statement('2026-11-23T12:00:00.000Z')))!
  const report = await verifyFile(proof, { vkey: log.vkey })
  assert.deepEqual(report.findings, [])
  assert.equal(report.shred?.kind, 'person')
  assert.match(
    explainReport(report, 'en'),
    /on 23 November 2026.* the keys to everything of one person were destroyed/,
  )
  assert.match(explainReport(report, 'fr'), /Qu’aucune copie des clés n’est restée/)

  const later = (await log.statementProofOf(index, nonce, statement('2026-11-24T12:00:00.000Z')))!
  assert.deepEqual((await verifyFile(later, { vkey: log.vkey })).findings, [
    { code: 'shred-unproven', why: 'not-in-log' },
  ])
  assert.equal((await verifyFile(proof, { vkey: other.log.vkey })).ok, false, 'another log’s key')
})

test('a read taken out of the middle is missed by its number, and one from the end by the daily head', async () => {
  assert.deepEqual(await findings((file) => file.reads.splice(2, 1)), [
    { code: 'reads-missing', bank: 'chase', seq: 3, to: 3 },
  ])
  assert.deepEqual(await findings((file) => file.reads.splice(0, 3)), [
    { code: 'reads-missing', bank: 'chase', seq: 1, to: 3 },
    { code: 'reads-cut-off', bank: 'chase', day: '2026-11-23', seq: 2 },
  ])
  assert.deepEqual(await findings((file) => file.reads.splice(1, 3)), [
    { code: 'reads-cut-off', bank: 'chase', day: '2026-11-23', seq: 2 },
  ])
  // The last read came after the day's head, and is the one a file can lose unseen: the explanation says so.
  assert.deepEqual(await findings((file) => file.reads.splice(3, 1)), [])
})

test('a read that is altered, doubled or under a wrong number is named', async () => {
  const first = whole.reads[0]!
  const codes = async (change: (file: Download) => void) => (await findings(change)).map(({ code }) => code)
  assert.deepEqual(await codes((file) => (file.reads[0]!.proof = first.proof.replace('index', 'xedni'))), [
    'read-unproven',
    'reads-missing',
  ])
  assert.deepEqual(await codes((file) => file.reads.push(first)), ['read-repeated'])
  assert.deepEqual(await codes((file) => (file.reads[0]!.seq = 2)), ['read-misplaced', 'reads-missing'])
})

test('a read without a consent for that purpose is named, and so is a forged receipt', async () => {
  assert.deepEqual(await findings((file) => file.receipts.splice(1, 1)), [
    { code: 'read-unconsented', bank: 'citi', seq: 1 },
  ])
  const swapped = await findings((file) => (file.receipts[1]!.jws = file.receipts[0]!.jws))
  assert.deepEqual(swapped, [
    { code: 'receipt-wrong', id: 'grt_2' },
    { code: 'read-unconsented', bank: 'citi', seq: 1 },
  ])
  const [head, payload, signature] = whole.receipts[1]!.jws.split('.') as [string, string, string]
  const forged = Buffer.from(payload, 'base64url').toString().replace('account-view', 'bank-offers')
  const jws = `${head}.${Buffer.from(forged).toString('base64url')}.${signature}`
  assert.deepEqual((await findings((file) => (file.receipts[1]!.jws = jws)))[0], {
    code: 'receipt-wrong',
    id: 'grt_2',
  })
  const moved = await findings((file) => (file.receipts[1]!.proof = file.receipts[0]!.proof))
  assert.deepEqual(moved, [{ code: 'receipt-unlogged', id: 'grt_2', why: 'not-in-log' }])
})

test('proofs under two heads of the log must be shown to be of one log', async () => {
  const { log } = opened
  const older = (await log.proofOf('chase', 1, turn, earlier))!
  assert.deepEqual(await findings((file) => (file.reads[0]!.proof = older)), [
    { code: 'checkpoint-unconnected', bank: 'chase', seq: 1 },
  ])
  const [from, to] = [earlier, whole.checkpoint].map((note) => Number(note.split('\n')[1])) as [
    number,
    number,
  ]
  const hashes = await log.consistencyProof(from, to)
  const joined = (file: Download) => {
    file.reads[0]!.proof = older
    file.consistency = [{ from, to, hashes }]
  }
  assert.deepEqual(await findings(joined), [])
  const broken = await findings((file) => {
    joined(file)
    file.consistency[0]!.hashes = hashes.slice(1)
  })
  assert.deepEqual(broken, [{ code: 'checkpoint-unconnected', bank: 'chase', seq: 1 }])
})

test('a file with another key than the one given proves nothing', async () => {
  const codes = (await findings(() => {}, { vkey: other.log.vkey })).map(({ code }) => code)
  assert.deepEqual([...new Set(codes)].sort(), [
    'checkpoint-wrong',
    'head-unproven',
    'key-differs',
    'read-unproven',
    'receipt-unlogged',
  ])
})

test('what is not a file of ours is refused in words, and never by a crash', async () => {
  const wrong: [string, string][] = [
    ['', 'JSON'],
    ['{', 'JSON'],
    ['null', 'guichet'],
    ['{"guichet":"export/2"}', 'guichet'],
    [JSON.stringify({ ...whole, reads: [{ bank: 'chase' }] }), 'reads.0.seq'],
    [JSON.stringify(whole).slice(0, -200), 'JSON'],
  ]
  for (const [text, field] of wrong) {
    const report = await verifyFile(text)
    assert.deepEqual(report.findings, [{ code: 'file-unreadable', field }])
    assert.match(explainReport(report, 'en'), /not a file that Guichet made/)
  }
  const strangeKeys = await findings((file) => (file.keys = { keys: [{ kty: 'none' }] }))
  assert.ok(strangeKeys.some(({ code }) => code === 'receipt-wrong'))
})

test('a single proof is checked with the key that is given', async () => {
  const text = whole.reads[0]!.proof
  assert.deepEqual((await verifyFile(text)).findings, [{ code: 'key-needed' }])
  const report = await verifyFile(text, { vkey: whole.log.vkey })
  assert.ok(report.ok)
  assert.equal(report.record!.sub, 'sub-of-chase')
  assert.match(
    explainReport(report, 'en'),
    /This read is in the log .* by conversation, for account-view, allowed/,
  )
  const bad = await verifyFile(text.replace('index 1', 'index 2'), { vkey: whole.log.vkey })
  assert.deepEqual(bad.findings, [{ code: 'read-unproven', why: 'not-in-log' }])
})

test('two histories of one length, both signed, are called what they are', async (t) => {
  // The log's key in the hands of somebody who signs what they like, and two histories under it.
  const { createSigner } = await import('#accesslog')
  const { cp, mkdtemp, rm } = await import('node:fs/promises')
  const { tmpdir } = await import('node:os')
  const { join } = await import('node:path')
  const [one, two] = [await openLog(), await openLog()]
  t.after(() => Promise.all([one.close(), two.close()]))
  const stolen = await mkdtemp(join(tmpdir(), 'guichet-stolen-'))
  t.after(() => rm(stolen, { recursive: true, force: true }))
  await cp(one.folder, stolen, { recursive: true })
  const thief = await two.openProcess({
    signer: await createSigner({ folder: stolen, origin: one.log.origin, random: () => Buffer.alloc(32) }),
  })
  await one.log.append([read('chase'), read('chase')])
  await thief.append([read('chase'), read('chase')])
  const checkpoint = await one.log.checkpoint()
  await thief.checkpoint()
  const file = {
    ...whole,
    log: { origin: one.log.origin, vkey: one.log.vkey },
    checkpoint,
    reads: [
      { bank: 'chase', seq: 1, proof: (await one.log.proofOf('chase', 1, turn))! },
      { bank: 'chase', seq: 2, proof: (await thief.proofOf('chase', 2, turn))! },
    ],
    receipts: [{ id: 'grt_1', jws: whole.receipts[0]!.jws }],
    heads: [],
  }
  const report = await verifyFile(JSON.stringify(file), { vkey: one.log.vkey })
  const codes = report.findings.map(({ code }) => code)
  assert.deepEqual(codes, ['log-forked', 'chain-broken'])
  assert.match(explainReport(report, 'en'), /Keep this file: it is evidence/)
})

test('every finding and refusal has a sentence in both languages', () => {
  const about = { bank: 'chase', seq: 1, to: 2, id: 'grt_1', day: '1 May', field: 'reads', why: 'because' }
  for (const words of [en, fr]) {
    for (const code of Object.keys(words.finding) as FindingCode[])
      assert.match(words.finding[code](about), /[.]$/)
    for (const why of PROOF_REFUSALS) assert.ok(words.why[why])
  }
})
