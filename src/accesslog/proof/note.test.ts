import assert from 'node:assert/strict'
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { test } from 'node:test'
import { concat } from './bytes.ts'
import { openCheckpoint, parseCheckpoint } from './checkpoint.ts'
import { checkSignature, cosignedMessage, formatNote, formatSignatureLine, parseNote } from './note.ts'
import { COSIGNATURE_V1, ED25519, formatVkey, type KeyType, parseVkey, verifierKey } from './vkey.ts'
import { type ProofRefusal, Refused } from './why.ts'

const refused = (why: ProofRefusal) => (error: unknown) => error instanceof Refused && error.why === why

// The example by which the Go implementation of signed notes documents itself (golang.org/x/mod/sumdb/note).
const NEUMANN_KEY = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW'
const NEUMANN_NOTE = `If you think cryptography is the answer to your problem,
then you don't know what your problem is.

— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
`

async function newKey(name: string, type: KeyType) {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x!, 'base64url')
  return { privateKey, key: await verifierKey(name, type, raw) }
}
type Signing = Awaited<ReturnType<typeof newKey>>

const TEXT = 'bank.example/log\n7\nuHp7OjVtBo0FhbqIqdGPQ81AxfPPTFAo7rdn1jYm1xw=\n'
const line = ({ privateKey, key }: Signing, text = TEXT) =>
  formatSignatureLine({ ...key, signature: sign(null, Buffer.from(text), privateKey) })
function cosignature(privateKey: KeyObject, atSeconds: number, text = TEXT) {
  const time = Buffer.alloc(8)
  time.writeBigUInt64BE(BigInt(atSeconds))
  return concat(time, sign(null, cosignedMessage(text, atSeconds), privateKey))
}

test('a note that another program signed is accepted, and not when a letter differs', async () => {
  const key = await parseVkey(NEUMANN_KEY)
  assert.equal(formatVkey(key), NEUMANN_KEY)
  assert.deepEqual(await checkSignature(parseNote(NEUMANN_NOTE), key), { at: null })
  assert.equal(formatNote(parseNote(NEUMANN_NOTE)), NEUMANN_NOTE)
  const changed = NEUMANN_NOTE.replace('cryptography', 'cryptographY')
  assert.equal(await checkSignature(parseNote(changed), key), 'wrong')
})

test('a key whose id is not its own, or of a kind we do not know, is no key', async () => {
  const wrong = [
    '',
    'name',
    NEUMANN_KEY.replace('c74f20a3', 'c74f20a4'),
    NEUMANN_KEY.replace('PeterNeumann', 'PeterNeuman'),
    NEUMANN_KEY.slice(0, -1),
    NEUMANN_KEY.replace('+ARpc', '+AhRpc'),
    `two words${NEUMANN_KEY.slice('PeterNeumann'.length)}`,
  ]
  for (const text of wrong) await assert.rejects(parseVkey(text), refused('key-malformed'), text)
})

test('text that is not a signed note is refused', () => {
  const wrong = [
    '',
    'text',
    'text\n',
    'text\n\n',
    'text\n\n— name\n',
    'text\n\n— name AAAAAA==',
    'text\n\n— name AAAAAA==\n',
    'text\n\n- name AAAAAAA=\n',
    'text\n\n— na+me AAAAAAA=\n',
    'text\n\n— name AAAAAAB=\n',
    'text\n\n— name AAAAAAA= more\n',
    'te\u0007xt\n\n— name AAAAAAA=\n',
    'te\rxt\n\n— name AAAAAAA=\n',
    '\ud800\n\n— name AAAAAAA=\n',
    `text\n\n${'— name AAAAAAA=\n'.repeat(101)}`,
  ]
  for (const note of wrong) assert.throws(() => parseNote(note), refused('checkpoint-malformed'), note)
})

test('a checkpoint is three lines and nothing more', () => {
  assert.equal(parseCheckpoint(TEXT).size, 7)
  const wrong = [
    TEXT.replace('7', '07'),
    TEXT.replace('7', '-7'),
    TEXT.replace('7', '9007199254740993'),
    TEXT.replace('bank.example/log', ''),
    TEXT.replace('1xw=', '1xx='),
    TEXT.replace('1xw=', ''),
    `${TEXT}an extension line\n`,
    TEXT.slice(0, -1),
  ]
  for (const text of wrong) assert.throws(() => parseCheckpoint(text), refused('checkpoint-malformed'), text)
})

test('a checkpoint counts only with a true signature of that very log', async () => {
  const log = await newKey('bank.example/log', ED25519)
  const stranger = await newKey('bank.example/log', ED25519)
  const good = `${TEXT}\n${line(log)}`
  assert.equal((await openCheckpoint(good, log.key)).checkpoint.size, 7)
  assert.equal((await openCheckpoint(`${TEXT}\n${line(stranger)}${line(log)}`, log.key)).checkpoint.size, 7)
  await assert.rejects(openCheckpoint(good, stranger.key), refused('signature-missing'))
  await assert.rejects(openCheckpoint(good.replace('\n7\n', '\n8\n'), log.key), refused('signature-wrong'))
  const otherLog = await newKey('other.example/log', ED25519)
  await assert.rejects(openCheckpoint(`${TEXT}\n${line(otherLog)}`, otherLog.key), refused('origin-differs'))
  // One true line does not make up for a false one by the same key.
  const forged = line(log, `${TEXT}forged\n`)
  await assert.rejects(openCheckpoint(`${TEXT}\n${line(log)}${forged}`, log.key), refused('signature-wrong'))
})

test('a witness’s cosignature is told with its time, and a false one is not accepted', async () => {
  const log = await newKey('bank.example/log', ED25519)
  const witness = await newKey('witness.example', COSIGNATURE_V1)
  const at = Date.UTC(2026, 10, 23) / 1000
  const signature = cosignature(witness.privateKey, at)
  const note = `${TEXT}\n${line(log)}${formatSignatureLine({ ...witness.key, signature })}`
  const { cosigners } = await openCheckpoint(note, log.key, [witness.key])
  assert.deepEqual(cosigners, [{ name: 'witness.example', at: '2026-11-23T00:00:00.000Z' }])
  assert.deepEqual((await openCheckpoint(note, log.key)).cosigners, [], 'nobody asked about that witness')
  const moved = signature.slice()
  moved[7]! ^= 1
  for (const bad of [moved, signature.slice(8), cosignature(witness.privateKey, at, `${TEXT}x`)]) {
    const forged = `${TEXT}\n${line(log)}${formatSignatureLine({ ...witness.key, signature: bad })}`
    await assert.rejects(openCheckpoint(forged, log.key, [witness.key]), refused('signature-wrong'))
  }
})
