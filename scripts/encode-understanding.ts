/**
 * Keeps what each sentence that the classifier learns from means, so that set-up need not ask the encoder: run it when the
 * sentences have changed. It takes minutes for all of them, and what is kept already is not encoded again.
 */
import { writeFileSync } from 'node:fs'
import { readExamples } from '../src/conversation/understanding/classifier/examples.ts'
import { MEANINGS_FILE, meaningOf, packed } from '../src/conversation/understanding/classifier/meanings.ts'

writeFileSync(MEANINGS_FILE, packed(new Map(readExamples().map(({ text }) => [text, meaningOf(text)]))))
