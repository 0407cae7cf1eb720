import { createPrivateKey, createPublicKey, sign as ed25519Sign, type KeyObject } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Fault, type Random, readOrCreateFile, writeFileDurably } from '#kit'
import { EMPTY_ROOT, nodeHash } from './hashing.ts'
import { type Checkpoint, formatCheckpoint, openCheckpoint } from './proof/checkpoint.ts'
import { verifyConsistency } from './proof/merkle.ts'
import { formatNote } from './proof/note.ts'
import { ED25519, formatVkey, isKeyName, type VerifierKey, verifierKey } from './proof/vkey.ts'
import { Refused } from './proof/why.ts'

const SEED_BYTES = 32
/** The fixed beginning of an Ed25519 private key in PKCS #8 (RFC 8410, section 10.3); the 32-byte seed follows. */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex')

/** What is asked to be signed, with the proof that it continues what was signed last. */
export type Proposal = { size: number; root: Buffer; consistencyProof: readonly Buffer[] }

export type Signer = {
  /** The log's public key as a C2SP vkey: what everyone who checks a proof must know. */
  readonly vkey: string
  readonly key: VerifierKey
  readonly origin: string
  /** What was signed last, with its note. */
  last(): Promise<Checkpoint & { note: string }>
  /** Signs a checkpoint. Throws `log-inconsistent` for anything that does not continue the last one. */
  sign(proposal: Proposal): Promise<string>
}

/**
 * Signs the log's checkpoints, and remembers the last one in a file of its own, apart from the database: a database that
 * is set back, or forked, finds nobody to sign for it. The file is durable before the signature is given out.
 */
export async function createSigner(needs: {
  folder: string
  origin: string
  random: Random
}): Promise<Signer> {
  const { folder, origin, random } = needs
  if (!isKeyName(origin))
    throw new Fault('setting-wrong', { detail: 'the log’s origin must have neither spaces nor plus signs' })
  const keyFile = join(folder, 'log-key')
  const lastFile = join(folder, 'last-checkpoint')

  const keyText = await readOrCreateFile(keyFile, async () => {
    const seed = random(SEED_BYTES)
    const { privateKey, key } = await keysOf(origin, seed)
    // A log whose key was lost must not be signed for by another: it would be free to tell another story.
    if ((await readIfThere(lastFile)) !== null && !(await isEmptyLog(lastFile)))
      throw new Fault('log-inconsistent', { detail: 'the signer’s key is gone, and it had signed before' })
    const first = note(privateKey, key, { origin, size: 0, root: EMPTY_ROOT })
    await writeFileDurably(lastFile, first)
    const secret = Buffer.concat([Buffer.of(ED25519), seed]).toString('base64')
    return `PRIVATE+KEY+${key.name}+${key.id}+${secret}\n`
  })
  const { privateKey, key } = await parseSecretKey(keyText, origin)

  let known: (Checkpoint & { note: string }) | undefined

  async function last() {
    const text = await readIfThere(lastFile)
    // Without its memory the signer would sign any tree: a missing file is as bad as a wrong one.
    if (text === null) throw new Fault('log-inconsistent', { detail: 'the signer’s last checkpoint is gone' })
    if (known?.note === text) return known
    try {
      const { checkpoint } = await openCheckpoint(text, key)
      known = { ...checkpoint, note: text }
      return known
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      throw new Fault('log-inconsistent', {
        detail: `the signer’s last checkpoint does not read: ${error.why}`,
      })
    }
  }

  async function signNext({ size, root, consistencyProof }: Proposal): Promise<string> {
    const before = await last()
    const continues = await verifyConsistency(
      { from: before.size, to: size, fromRoot: before.root, toRoot: root, proof: consistencyProof },
      nodeHash,
    )
    if (!continues)
      throw new Fault('log-inconsistent', {
        detail: `a tree of ${size} leaves does not continue the one of ${before.size} that was signed`,
      })
    if (size === before.size) return before.note
    const signed = note(privateKey, key, { origin, size, root })
    await writeFileDurably(lastFile, signed)
    known = { origin, size, root, note: signed }
    return signed
  }

  let turn: Promise<unknown> = Promise.resolve()
  return {
    vkey: formatVkey(key),
    key,
    origin,
    last,
    sign(proposal) {
      // One at a time: two proposals that both continue the same checkpoint may contradict each other.
      const signing = turn.then(() => signNext(proposal))
      turn = signing.catch(() => {})
      return signing
    },
  }

  async function isEmptyLog(path: string): Promise<boolean> {
    return (await readFile(path, 'utf8')).split('\n')[1] === '0'
  }
}

function note(privateKey: KeyObject, key: VerifierKey, checkpoint: Checkpoint): string {
  const text = formatCheckpoint(checkpoint)
  const signature = ed25519Sign(null, Buffer.from(text), privateKey)
  return formatNote({ text, signatures: [{ name: key.name, id: key.id, signature }] })
}

async function keysOf(origin: string, seed: Buffer) {
  const privateKey = createPrivateKey({
    key: Buffer.concat([PKCS8_PREFIX, seed]),
    format: 'der',
    type: 'pkcs8',
  })
  const publicKey = Buffer.from(createPublicKey(privateKey).export({ format: 'jwk' }).x!, 'base64url')
  return { privateKey, key: await verifierKey(origin, ED25519, publicKey) }
}

/** Reads `PRIVATE+KEY+<name>+<id>+<base64(type ‖ seed)>`, the spelling of the Go note tools. */
async function parseSecretKey(text: string, origin: string) {
  const wrong = (detail: string) => new Fault('setting-wrong', { detail })
  const match = /^PRIVATE\+KEY\+([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)\n?$/.exec(text)
  const material = Buffer.from(match?.[3] ?? '', 'base64')
  if (!match || material[0] !== ED25519 || material.length !== 1 + SEED_BYTES)
    throw wrong('the log’s key file is damaged: restore it from its backup')
  if (match[1] !== origin)
    throw wrong(`the log’s key is for the origin ${match[1]}, not for ${origin}: an origin never changes`)
  const keys = await keysOf(origin, material.subarray(1))
  if (keys.key.id !== match[2]) throw wrong('the log’s key file is damaged: restore it from its backup')
  return keys
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}
