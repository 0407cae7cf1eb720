import type { Shred } from '../claimed-shred.ts'
import type { FindingCode } from '../file-report.ts'
import type { ProofRefusal } from '../proof/index.ts'

type About = { bank: string; seq: number; to: number; id: string; day: string; field: string; why: string }

/** What `guichet verify` says. The French file has the same type: a missing sentence does not compile. */
export type Words = {
  holds: string
  fails: (problems: number) => string
  proves: string
  provesNot: string
  problems: string
  readsProven: (all: { proven: number; total: number; origin: string; size: number }) => string
  readsBetween: (from: string, to: string) => string
  oneProven: (all: { at: string; role: string; purpose: string; decision: string; origin: string }) => string
  shredProven: Record<Shred['kind'], (all: { at: string; origin: string }) => string>
  chainWhole: (bank: string, count: number) => string
  consented: string
  receiptsSigned: (signed: number, logged: number) => string
  headSeen: (bank: string, day: string, count: number) => string
  witnessed: (name: string, at: string) => string
  notUnlogged: string
  notLater: (size: number) => string
  notKey: string
  notWitnessed: string
  notCutOff: string
  notFigures: string
  notUse: string
  notGone: string
  finding: Record<FindingCode, (about: About) => string>
  why: Record<ProofRefusal, string>
}

export const en: Words = {
  holds: 'Everything in this file that can be checked holds up.',
  fails: (problems) =>
    problems === 1
      ? 'This file does not hold up: one problem was found.'
      : `This file does not hold up: ${problems} problems were found.`,
  proves: 'What it proves',
  provesNot: 'What it does not prove',
  problems: 'What is wrong',
  readsProven: ({ proven, total, origin, size }) =>
    `${proven} of ${total} reads are in the log ${origin}, under the head it signed at ${size} entries. None of them can be changed or taken out without this proof failing.`,
  readsBetween: (from, to) => `They were made between ${from} and ${to}.`,
  oneProven: ({ at, role, purpose, decision, origin }) =>
    `This read is in the log ${origin}: ${at}, by ${role}, for ${purpose}, ${decision}.`,
  shredProven: {
    person: ({ at, origin }) =>
      `The log ${origin} says: on ${at} the keys to everything of one person were destroyed.`,
    link: ({ at, origin }) =>
      `The log ${origin} says: on ${at} the keys to everything of one person at one bank were destroyed.`,
    bank: ({ at, origin }) =>
      `The log ${origin} says: on ${at} the keys to everything of one bank’s people were destroyed.`,
  },
  chainWhole: (bank, count) =>
    `The reads at ${bank} are numbered 1 to ${count} without a gap, and each names the one before it.`,
  consented:
    'Each allowed read names a consent whose signed receipt is in this file, for that purpose and that time.',
  receiptsSigned: (signed, logged) =>
    `${signed} receipts are signed by the receipt key in this file; ${logged} of them come with their own place in the log.`,
  headSeen: (bank, day, count) =>
    `On ${day} the log committed to ${count} reads at ${bank}, and this file has them.`,
  witnessed: (name, at) => `The witness ${name} saw this very head of the log (${at}).`,
  notUnlogged:
    'That nothing was read without being logged. No log can show that. Guichet hands out the key to your data only against a log entry, but that is its code at work and not something a file can prove.',
  notLater: (size) => `What was read after the log had ${size} entries.`,
  notKey:
    'That the log’s key is the right one: it came with this file. Take the key from your bank or from /.well-known/guichet.json, and check again with --key.',
  notWitnessed:
    'That everybody is shown the same log: no witness that you trust has signed this head. Name witnesses with --witness.',
  notCutOff: 'That no read is missing at the end: no daily head of the log in this file covers them.',
  notFigures: 'The figures in this file: the proofs are about who read your data, not about the data.',
  notUse: 'What was done with your data after it was read.',
  notGone:
    'That no copy of the keys was left anywhere. Guichet destroys them after this entry, but that is its code at work and not something a file can prove.',
  finding: {
    'file-unreadable': ({ field }) => `This is not a file that Guichet made, or it is damaged (${field}).`,
    'key-needed': () => 'A single proof does not carry the log’s key: give it with --key.',
    'key-differs': () => 'The file names another log key than the one you gave.',
    'checkpoint-wrong': ({ why }) => `The log’s signed head in this file is wrong: ${why}.`,
    'read-unproven': ({ bank, seq, why }) =>
      bank ? `Read ${seq} at ${bank} is not proven: ${why}.` : `This read is not proven: ${why}.`,
    'shred-unproven': ({ why }) => `This proof of something erased does not hold: ${why}.`,
    'read-misplaced': ({ bank, seq }) => `The line of read ${seq} at ${bank} carries another read.`,
    'log-forked': ({ bank, seq }) =>
      `The log signed two different histories of one length (seen at read ${seq} of ${bank}). Keep this file: it is evidence.`,
    'checkpoint-unconnected': ({ bank, seq }) =>
      `Read ${seq} at ${bank} is under another head of the log, and nothing shows that one continues the other.`,
    'reads-missing': ({ bank, seq, to }) =>
      seq === to ? `Read ${seq} at ${bank} is missing.` : `Reads ${seq} to ${to} at ${bank} are missing.`,
    'read-repeated': ({ bank, seq }) => `There are two reads number ${seq} at ${bank}.`,
    'chain-broken': ({ bank, seq }) => `Read ${seq} at ${bank} does not name the read before it.`,
    'read-unconsented': ({ bank, seq }) =>
      `Read ${seq} at ${bank} was allowed, and this file has no receipt of a consent for that purpose at that time.`,
    'receipt-wrong': ({ id }) =>
      `Receipt ${id} is not signed by the receipt key, or is about something else.`,
    'receipt-unlogged': ({ id, why }) => `Receipt ${id} is not in the log: ${why}.`,
    'head-unproven': ({ bank, why }) => `A daily head at ${bank} is not proven: ${why}.`,
    'reads-cut-off': ({ bank, day, seq }) =>
      `On ${day} the log had committed to ${seq} reads at ${bank}; the file does not have read ${seq}.`,
    'head-contradicts': ({ bank, day, seq }) =>
      `On ${day} the log committed to another read number ${seq} at ${bank} than the one in this file.`,
  },
  why: {
    'proof-malformed': 'it is not a proof file',
    'key-malformed': 'the key is not a log’s key',
    'checkpoint-malformed': 'the signed head does not read',
    'origin-differs': 'it is of another log',
    'signature-missing': 'the log’s signature is missing',
    'signature-wrong': 'a signature is false',
    'record-missing': 'it does not carry the record',
    'record-malformed': 'the record does not read',
    'not-in-batch': 'the record is not in its batch',
    'not-in-log': 'the record is not in the log, or was altered',
    'crypto-unavailable': 'this program cannot check Ed25519 signatures',
  },
}
