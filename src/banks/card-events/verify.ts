import { createHash, createPublicKey, type KeyObject, verify as verifySignature } from 'node:crypto'
import { httpbis } from 'http-message-signatures'
import { parseDictionary } from 'structured-headers'
import { areSameBytes, type Clock, Fault, MINUTE } from '#kit'
import type { BankProfile } from '../profile.ts'

const REQUIRED_FIELDS = ['@method', '@path', 'content-type', 'content-digest']
const REQUIRED_PARAMETERS = ['created', 'keyid', 'nonce', 'tag']
/** How far a signature's `created` may be from our clock, either way. */
const SKEW_MS = 5 * MINUTE
const NONCE_CHARACTERS_MIN = 22

export type SignedMessage = {
  method: string
  path: string
  headers: Record<string, string | string[] | undefined>
  body: Buffer
  tag: string
}

/**
 * Checks that a message is from the bank it names (RFC 9421, Ed25519) and whole (RFC 9530), over the bytes as they came.
 * Throws `signature-invalid` or `event-stale`. That it was not seen before is the caller's to check, by `nonce`.
 */
export async function verifyBankMessage(
  profile: BankProfile,
  message: SignedMessage,
  clock: Clock,
): Promise<{ nonce: string; created: number; keyId: string }> {
  const { method, path, body, tag } = message
  const headers = Object.fromEntries(
    Object.entries(message.headers).filter(
      (entry): entry is [string, string | string[]] => entry[1] !== undefined,
    ),
  )
  checkDigest(headers['content-digest'], body)
  checkComponents(headers['signature-input'])

  let proven: { nonce: string; created: number; keyId: string } | undefined
  try {
    await httpbis.verifyMessage(
      {
        requiredFields: REQUIRED_FIELDS,
        requiredParams: REQUIRED_PARAMETERS,
        // The time is checked below against our own clock, which tests can move; the library's is the machine's.
        notAfter: Number.POSITIVE_INFINITY,
        keyLookup: async (parameters) => {
          const key = profile.eventKeys?.find(({ kid }) => kid === parameters.keyid)
          if (!key || parameters.tag !== tag) return null
          const publicKey = publicKeyOf(key)
          return {
            id: key.kid,
            algs: ['ed25519'],
            verify: async (data, signature) => {
              if (!verifySignature(null, data, publicKey, signature)) return false
              proven = {
                nonce: String(parameters.nonce),
                created: Number(parameters.created),
                keyId: key.kid,
              }
              return true
            },
          }
        },
      },
      { method, url: new URL(path, 'https://guichet.invalid'), headers },
    )
  } catch (cause) {
    // An expired signature is still a true one when its own check came first; every other failure is a forgery to us.
    if (!proven) throw new Fault('signature-invalid', { cause })
  }
  if (!proven) throw new Fault('signature-invalid')
  const createdMs = proven.created > 1e11 ? proven.created : proven.created * 1000
  if (Math.abs(clock.now() - createdMs) > SKEW_MS) throw new Fault('event-stale')
  if (proven.nonce.length < NONCE_CHARACTERS_MIN || proven.nonce.length > 128)
    throw new Fault('signature-invalid')
  return { ...proven, created: createdMs }
}

type EventKey = NonNullable<BankProfile['eventKeys']>[number]

const publicKeys = new WeakMap<EventKey, KeyObject>()

/** A bank's key is made ready once: doing it takes as long as checking a signature. */
function publicKeyOf(key: EventKey): KeyObject {
  const publicKey = publicKeys.get(key) ?? createPublicKey({ key, format: 'jwk' })
  publicKeys.set(key, publicKey)
  return publicKey
}

/**
 * `"content-digest";key="sha-512"` covers one member of the header only, and not the one we compare. The library takes a
 * component with parameters for the component itself, so that required ones are refused with any.
 */
function checkComponents(header: string | string[] | undefined): void {
  try {
    for (const [components] of parseDictionary(String(header)).values()) {
      if (!Array.isArray(components)) continue
      for (const [name, parameters] of components)
        if (REQUIRED_FIELDS.includes(String(name)) && parameters.size > 0)
          throw new Fault('signature-invalid')
    }
  } catch (cause) {
    throw new Fault('signature-invalid', { cause })
  }
}

function checkDigest(header: string | string[] | undefined, body: Buffer): void {
  if (typeof header !== 'string') throw new Fault('signature-invalid')
  let given: unknown
  try {
    given = parseDictionary(header).get('sha-256')?.[0]
  } catch (cause) {
    throw new Fault('signature-invalid', { cause })
  }
  if (!(given instanceof ArrayBuffer)) throw new Fault('signature-invalid')
  const actual = createHash('sha256').update(body).digest()
  const expected = Buffer.from(given)
  if (!areSameBytes(expected, actual)) throw new Fault('signature-invalid')
}
