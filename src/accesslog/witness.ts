import { Fault } from '#kit'
import { wholeNumber } from './proof/bytes.ts'
import { checkSignature, formatSignatureLine, parseNote } from './proof/note.ts'
import { COSIGNATURE_V1, parseVkey, type VerifierKey } from './proof/vkey.ts'
import { Refused } from './proof/why.ts'

/** Somebody else who watches that the log only grows. `url` is the submission prefix; `vkey` is of type 0x04. */
export type WitnessAddress = { url: string; vkey: string }

export type Witness = {
  readonly key: VerifierKey
  /** The witness's cosignature lines on the note. Throws when it does not answer, or refuses. */
  cosign(note: string, size: number, consistencyProof: (from: number) => Promise<Buffer[]>): Promise<string>
}

const TIMEOUT_MS = 5_000
const ANSWER_BYTES_MAX = 64 * 1024

/** A client of C2SP tlog-witness `add-checkpoint`. */
export async function createWitness(
  address: WitnessAddress,
  fetcher: typeof fetch = fetch,
): Promise<Witness> {
  const key = await parseVkey(address.vkey).catch((error: unknown) => {
    throw new Fault('setting-wrong', {
      cause: error,
      detail: `the vkey of the witness ${address.url} does not read`,
    })
  })
  if (key.type !== COSIGNATURE_V1)
    throw new Fault('setting-wrong', {
      detail: `the vkey of the witness ${address.url} is not of a cosigner`,
    })
  const endpoint = new URL('add-checkpoint', address.url.endsWith('/') ? address.url : `${address.url}/`)
  /** What the witness saw last, as far as we know. It corrects us: 409 tells its own size. */
  let known = 0

  async function ask(note: string, size: number, consistencyProof: (from: number) => Promise<Buffer[]>) {
    const proof = known === size ? [] : await consistencyProof(known)
    const body = [`old ${known}`, ...proof.map((hash) => hash.toString('base64')), '', note].join('\n')
    const answer = await fetcher(endpoint, {
      method: 'POST',
      body,
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    return { status: answer.status, text: await shortText(answer) }
  }

  return {
    key,
    async cosign(note, size, consistencyProof) {
      let answer = await ask(note, size, consistencyProof)
      const theirs = answer.status === 409 ? wholeNumber(answer.text.trim()) : null
      if (theirs !== null) {
        // Either the log was set back, or the witness is wrong: its answer is not signed, so it is told of and the log
        // stays open. The signer's own memory decides.
        if (theirs > size)
          throw new Error(`the witness ${key.name} says it saw ${theirs} leaves; the log has ${size}`)
        known = theirs
        answer = await ask(note, size, consistencyProof)
      }
      if (answer.status !== 200)
        throw new Error(`the witness ${key.name} answered ${answer.status} to a checkpoint of ${size} leaves`)
      const lines = await ownLines(note, answer.text)
      known = size
      return lines
    },
  }

  /** Of what a witness answers only its own valid signature goes into our note. */
  async function ownLines(note: string, answer: string): Promise<string> {
    try {
      const answered = parseNote(note + answer)
      const verdict = await checkSignature(answered, key)
      if (typeof verdict === 'object')
        return answered.signatures
          .filter(({ name, id }) => name === key.name && id === key.id)
          .map(formatSignatureLine)
          .join('')
    } catch (error) {
      if (!(error instanceof Refused)) throw error
    }
    throw new Error(`the witness ${key.name} answered with something that is not its cosignature`)
  }
}

async function shortText(answer: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of answer.body ?? []) {
    length += chunk.length
    if (length > ANSWER_BYTES_MAX) throw new Error('a witness’s answer is too long')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}
