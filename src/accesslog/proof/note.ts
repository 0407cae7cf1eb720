import { type Bytes, concat, fromBase64, toBase64, toHex, utf8 } from './bytes.ts'
import { COSIGNATURE_V1, isKeyName, type VerifierKey } from './vkey.ts'
import { Refused } from './why.ts'

const SIGNATURES_MAX = 100
const KEY_ID_BYTES = 4
const TIMESTAMP_BYTES = 8
const ED25519_BYTES = 64

/** One signature line: who claims to have signed, and the signature's own bytes after the key id. */
export type NoteSignature = { name: string; id: string; signature: Bytes }

/** A C2SP signed note. `text` ends in a newline and is what was signed. */
export type Note = { text: string; signatures: NoteSignature[] }

/** Reads a signed note as it was sent. Throws `checkpoint-malformed`; trusts no signature. */
export function parseNote(note: string): Note {
  // Control characters could make a terminal show another text than the one signed.
  if (/[\u0000-\u0009\u000b-\u001f]/.test(note) || !note.isWellFormed() || !note.endsWith('\n'))
    throw new Refused('checkpoint-malformed')
  const blank = note.lastIndexOf('\n\n')
  if (blank < 1) throw new Refused('checkpoint-malformed')
  const lines = note.slice(blank + 2, -1).split('\n')
  if (lines.length > SIGNATURES_MAX) throw new Refused('checkpoint-malformed')
  return { text: note.slice(0, blank + 1), signatures: lines.map(parseSignatureLine) }
}

/** `— <name> <base64(key id ‖ signature)>`, without its newline. Throws `checkpoint-malformed`. */
export function parseSignatureLine(line: string): NoteSignature {
  const [dash, name, encoded, ...rest] = line.split(' ')
  const bytes = encoded === undefined ? null : fromBase64(encoded)
  if (dash !== '—' || !isKeyName(name ?? '') || !bytes || bytes.length <= KEY_ID_BYTES || rest.length > 0)
    throw new Refused('checkpoint-malformed')
  return {
    name: name!,
    id: toHex(bytes.subarray(0, KEY_ID_BYTES)),
    signature: bytes.subarray(KEY_ID_BYTES),
  }
}

export function formatSignatureLine({ name, id, signature }: NoteSignature): string {
  const idBytes = Uint8Array.from(id.match(/../g)!, (byte) => Number.parseInt(byte, 16))
  return `— ${name} ${toBase64(concat(idBytes, signature))}\n`
}

export function formatNote({ text, signatures }: Note): string {
  return `${text}\n${signatures.map(formatSignatureLine).join('')}`
}

/**
 * What the key says about the note: `missing` when it did not sign it, `wrong` when any signature line of it fails
 * (the whole note must then be refused), else valid, with the seconds since 1970 that a cosignature vouches for.
 */
export async function checkSignature(
  note: Note,
  key: VerifierKey,
): Promise<'missing' | 'wrong' | { at: number | null }> {
  const lines = note.signatures.filter(({ name, id }) => name === key.name && id === key.id)
  if (lines.length === 0) return 'missing'
  let at: number | null = null
  for (const { signature } of lines) {
    const signed = signedMessage(note.text, key, signature)
    if (!signed || !(await verifyEd25519(key.publicKey, signed.message, signed.signature))) return 'wrong'
    at = signed.at
  }
  return { at }
}

function signedMessage(text: string, key: VerifierKey, signature: Bytes) {
  if (key.type !== COSIGNATURE_V1)
    return signature.length === ED25519_BYTES ? { message: utf8(text), signature, at: null } : null
  if (signature.length !== TIMESTAMP_BYTES + ED25519_BYTES) return null
  const seconds = new DataView(signature.buffer, signature.byteOffset).getBigUint64(0)
  if (seconds > BigInt(Number.MAX_SAFE_INTEGER)) return null
  return {
    message: cosignedMessage(text, Number(seconds)),
    signature: signature.subarray(TIMESTAMP_BYTES),
    at: Number(seconds),
  }
}

/** What a witness signs (C2SP tlog-cosignature, "Ed25519 signed message"). */
export function cosignedMessage(text: string, atSeconds: number): Bytes {
  return utf8(`cosignature/v1\ntime ${atSeconds}\n${text}`)
}

async function verifyEd25519(publicKey: Bytes, message: Bytes, signature: Bytes): Promise<boolean> {
  const key = await crypto.subtle
    .importKey('raw', publicKey as BufferSource, 'Ed25519', false, ['verify'])
    .catch((error: unknown) => {
      // Older browsers know no Ed25519: that is no forgery, and must not read as one.
      if (error instanceof DOMException && error.name === 'NotSupportedError')
        throw new Refused('crypto-unavailable')
      return null
    })
  if (!key) return false
  return await crypto.subtle.verify('Ed25519', key, signature as BufferSource, message as BufferSource)
}
