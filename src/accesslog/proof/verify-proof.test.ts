import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { openLog, read, turn } from '../../../tests/fixtures/access-log.ts'
import { concat, toBase64, utf8 } from './bytes.ts'
import { commitmentEntry, parseExtra } from './record.ts'
import { formatTlogProof, parseTlogProof } from './tlog-proof.ts'
import { verifyHead, verifyProof } from './verify-proof.ts'

let opened: Awaited<ReturnType<typeof openLog>>
let proofs: { direct: string; batch: string; head: string }
before(async () => {
  opened = await openLog()
  const { log } = opened
  for (let i = 0; i < 5; i++) await log.append([read('amina'), read('bruno')])
  await log.appendBatch([read('bruno'), read('amina'), read('claire')])
  await log.dailyHeads('2026-11-23')
  const under = await log.checkpoint()
  proofs = {
    direct: (await log.proofOf('amina', 3, turn, under))!,
    batch: (await log.proofOf('amina', 6, turn, under))!,
    head: (await log.headProofOf('amina', '2026-11-23', under))!,
  }
})
after(() => opened.close())

test('the proofs of this test hold as they are', async () => {
  for (const text of [proofs.direct, proofs.batch]) {
    const checked = await verifyProof(text, opened.log.vkey)
    assert.ok(checked.ok)
    assert.equal(checked.record.sub, 'sub-of-amina')
    assert.equal(formatTlogProof(parseTlogProof(text)), text)
  }
  assert.ok((await verifyHead(proofs.head, opened.log.vkey)).ok)
})

test('a proof in which any one character is changed, added or left out proves nothing', async () => {
  for (const [text, verify] of [
    [proofs.direct, verifyProof],
    [proofs.batch, verifyProof],
    [proofs.head, verifyHead],
  ] as const) {
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at)
      const changed = text.slice(0, at) + String.fromCharCode(code ^ 1) + text.slice(at + 1)
      const shorter = text.slice(0, at) + text.slice(at + 1)
      const longer = text.slice(0, at) + text[at] + text.slice(at)
      for (const altered of new Set([changed, shorter, longer]))
        if (altered !== text)
          assert.equal((await verify(altered, opened.log.vkey)).ok, false, `character ${at}: ${altered}`)
    }
  }
})

test('a proof in which any bit of the record is flipped proves nothing', async () => {
  for (const text of [proofs.direct, proofs.batch]) {
    const proof = parseTlogProof(text)
    await fc.assert(
      fc.asyncProperty(fc.nat(proof.extra!.length * 8 - 1), async (bit) => {
        const extra = proof.extra!.slice()
        extra[bit >> 3]! ^= 1 << (bit & 7)
        const checked = await verifyProof(formatTlogProof({ ...proof, extra }), opened.log.vkey)
        assert.equal(checked.ok, false)
      }),
    )
  }
})

test('a proof of one read does not carry another, and a batch cannot be passed off as a single read', async () => {
  const direct = parseTlogProof(proofs.direct)
  const batch = parseTlogProof(proofs.batch)
  const why = async (extra: Uint8Array | null) =>
    await verifyProof(formatTlogProof({ ...direct, extra }), opened.log.vkey)
  assert.deepEqual(await why(batch.extra), { ok: false, why: 'not-in-log' })
  assert.deepEqual(await why(null), { ok: false, why: 'record-missing' })
  assert.deepEqual(await why(new Uint8Array(32)), { ok: false, why: 'record-missing' })
  const separator = batch.extra!.indexOf(0, 32)
  const alone = formatTlogProof({ ...batch, extra: batch.extra!.slice(0, separator) })
  assert.deepEqual(await verifyProof(alone, opened.log.vkey), { ok: false, why: 'not-in-log' })
})

test('a record that two programs could read in two ways is refused', async () => {
  const { nonce, recordBytes } = parseExtra(parseTlogProof(proofs.direct).extra)
  const text = new TextDecoder().decode(recordBytes)
  const twice = text.replace('"purpose":', '"purpose":"bank-offers","purpose":')
  const spaced = text.replace('{', '{ ')
  const extended = text.replace('"v":1', '"v":1,"w":2')
  for (const json of [twice, spaced, extended, '[]', 'null', '{}']) {
    assert.throws(() => parseExtra(concat(nonce, utf8(json))), { why: 'record-malformed' }, json)
  }
  assert.throws(() => parseExtra(concat(nonce, Uint8Array.of(0xff, 0xfe))), { why: 'record-malformed' })
  assert.notEqual(
    toBase64(await commitmentEntry('guichet.access/1', nonce, utf8(spaced))),
    toBase64(await commitmentEntry('guichet.access/1', nonce, recordBytes)),
  )
})

test('a proof is refused with the reason that fits', async () => {
  const { vkey, origin } = opened.log
  const text = proofs.direct
  const why = async (proof: string, key = vkey) => {
    const checked = await verifyProof(proof, key)
    return checked.ok ? 'accepted' : checked.why
  }
  assert.equal(await why('not a proof'), 'proof-malformed')
  assert.equal(await why(text.replace('@v1', '@v2')), 'proof-malformed')
  assert.equal(await why(text.replace('index 4', 'index 04')), 'proof-malformed')
  assert.equal(await why(text.replace('index 4', 'index 5')), 'not-in-log')
  assert.equal(await why(text, 'no key'), 'key-malformed')
  assert.equal(await why(text.replace(`\n\n${origin}\n`, '\n\nother.example\n')), 'origin-differs')
  assert.equal(await why(text.slice(0, text.lastIndexOf('—'))), 'checkpoint-malformed')
  const head = parseTlogProof(text)
  assert.equal(await why(formatTlogProof({ ...head, hashes: head.hashes.slice(1) })), 'not-in-log')
})
