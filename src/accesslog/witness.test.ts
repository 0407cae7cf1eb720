import assert from 'node:assert/strict'
import { generateKeyPairSync, sign } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { Fault } from '#kit'
import { openLog, read, turn } from '../../tests/fixtures/access-log.ts'
import { concat } from './proof/bytes.ts'
import {
  COSIGNATURE_V1,
  ED25519,
  formatSignatureLine,
  formatVkey,
  fromBase64,
  openCheckpoint,
  parseNote,
  parseVkey,
  verifierKey,
  verifyConsistency,
  verifyProof,
} from './proof/index.ts'
import { cosignedMessage } from './proof/note.ts'
import { createWitness } from './witness.ts'

const AT_SECONDS = Date.UTC(2026, 10, 23, 12) / 1000

/** A witness as C2SP tlog-witness describes it, on a real socket: it remembers, and cosigns only what it can follow. */
async function startWitness(t: TestContext, logVkey: () => string) {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x!, 'base64url')
  const key = await verifierKey('witness.example', COSIGNATURE_V1, raw)
  const state = {
    size: 0,
    root: Buffer.alloc(0),
    asked: 0,
    answer: null as null | { status: number; body: string },
  }

  async function respond(body: string): Promise<{ status: number; body: string }> {
    if (state.answer) return state.answer
    const blank = body.indexOf('\n\n')
    const [old, ...lines] = body.slice(0, blank).split('\n')
    const note = body.slice(blank + 2)
    const { checkpoint } = await openCheckpoint(note, await parseVkey(logVkey()))
    if (old !== `old ${state.size}`) return { status: 409, body: `${state.size}\n` }
    const consistent =
      state.size === 0
        ? lines.length === 0
        : await verifyConsistency({
            from: state.size,
            to: checkpoint.size,
            fromRoot: state.root,
            toRoot: checkpoint.root,
            proof: lines.map((line) => fromBase64(line)!),
          })
    if (!consistent) return { status: 422, body: '' }
    state.size = checkpoint.size
    state.root = Buffer.from(checkpoint.root)
    const time = Buffer.alloc(8)
    time.writeBigUInt64BE(BigInt(AT_SECONDS))
    const message = cosignedMessage(parseNote(note).text, AT_SECONDS)
    const signature = concat(time, sign(null, message, privateKey))
    return { status: 200, body: formatSignatureLine({ ...key, signature }) }
  }

  const server = createServer((request, response) => {
    state.asked++
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      assert.equal(request.url, '/prefix/add-checkpoint')
      assert.equal(request.method, 'POST')
      respond(Buffer.concat(chunks).toString()).then(
        ({ status, body }) => response.writeHead(status).end(body),
        () => response.writeHead(500).end(),
      )
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/prefix`
  const vkey = formatVkey(key)
  return { state, url, vkey, witness: await createWitness({ url, vkey }) }
}

test('a witness cosigns the log as it grows, and each proof then says who saw it', async (t) => {
  let logVkey = ''
  const { witness, vkey, state } = await startWitness(t, () => logVkey)
  const { log, faults, close } = await openLog({ witnesses: [witness] })
  t.after(close)
  logVkey = log.vkey
  for (const size of [1, 2, 7]) {
    while ((await log.head('amina')).count < size) await log.append([read('amina')])
    await log.checkpoint()
    assert.equal(state.size, size)
  }
  const asked = state.asked
  await log.checkpoint()
  assert.equal(state.asked, asked, 'a head that was seen is not shown again')
  assert.deepEqual(faults, [])
  const proof = (await log.proofOf('amina', 5, turn))!
  const checked = await verifyProof(proof, log.vkey, { witnesses: [vkey] })
  assert.ok(checked.ok)
  assert.deepEqual(checked.cosigners, [{ name: 'witness.example', at: '2026-11-23T12:00:00.000Z' }])
  assert.equal((await log.publicFile('/log/checkpoint'))!.body.toString().match(/^— /gm)!.length, 2)
})

test('after a restart the witness tells how much it has seen, and the log goes on from there', async (t) => {
  let logVkey = ''
  const { witness, url, vkey, state } = await startWitness(t, () => logVkey)
  const { log, close } = await openLog({ witnesses: [witness] })
  t.after(close)
  logVkey = log.vkey
  await log.append([read('amina'), read('amina'), read('amina')])
  await log.checkpoint()
  const seen = { size: state.size, root: state.root }
  await log.append([read('amina')])
  const note = await log.checkpoint()
  Object.assign(state, seen)

  const restarted = await createWitness({ url, vkey })
  const asked = state.asked
  const lines = await restarted.cosign(note.slice(0, note.lastIndexOf('— ')), 4, async (from) =>
    (await log.consistencyProof(from, 4)).map((hash) => Buffer.from(hash, 'base64')),
  )
  assert.match(lines, /^— witness\.example /)
  assert.deepEqual([state.size, state.asked - asked], [4, 2])
})

test('a witness that is away, refuses or lies does not hold up the log, and the operator is told', async (t) => {
  let logVkey = ''
  const { witness, state } = await startWitness(t, () => logVkey)
  const { log, faults, close } = await openLog({ witnesses: [witness] })
  t.after(close)
  logVkey = log.vkey
  const answers = [
    { status: 500, body: '' },
    { status: 422, body: '' },
    { status: 404, body: '' },
    { status: 200, body: '' },
    { status: 200, body: '— witness.example AAAAAAAAAAA=\n' },
    { status: 200, body: 'x'.repeat(100_000) },
    { status: 409, body: 'many\n' },
  ]
  for (const answer of answers) {
    state.answer = answer
    const told = faults.length
    await log.append([read('amina')])
    const note = await log.checkpoint()
    assert.equal(note.match(/^— /gm)!.length, 1)
    // Once at least: the log also shows itself a moment after each append.
    assert.ok(faults.length > told, JSON.stringify(answer).slice(0, 60))
  }
  assert.equal(await log.provableSize(), answers.length)
  state.answer = null
  await log.checkpoint()
  const told = faults.length
  await log.append([read('amina')])
  await log.checkpoint()
  assert.equal(faults.length, told)
  assert.equal(state.size, answers.length + 1)
})

test('a witness that says it saw more than there is is told of, and cannot close the log by its word', async (t) => {
  let logVkey = ''
  const { witness, state } = await startWitness(t, () => logVkey)
  const { log, faults, close } = await openLog({ witnesses: [witness] })
  t.after(close)
  logVkey = log.vkey
  state.size = 50
  await log.append([read('amina')])
  await log.checkpoint()
  assert.match(String(faults[0]), /says it saw 50 leaves; the log has 1/)
  assert.equal((await log.append([read('amina')])).length, 1)
})

test('only the key of a cosigner makes a witness', async () => {
  const raw = Buffer.from(generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' }).x!, 'base64url')
  const ofLog = formatVkey(await verifierKey('witness.example', ED25519, raw))
  for (const vkey of [ofLog, 'nonsense'])
    await assert.rejects(
      createWitness({ url: 'https://witness.example', vkey }),
      (error) => error instanceof Fault && error.code === 'setting-wrong',
    )
})
