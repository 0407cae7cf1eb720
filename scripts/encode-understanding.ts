/**
 * Keeps what each sentence that the classifier learns from means, so that set-up need not ask the encoder, which takes a minute or
 * two for all of them: run it when the sentences or the encoder have changed.
 */
import { writeFileSync } from 'node:fs'
import { ownEncoder } from '../src/conversation/understanding/classifier/encoder.ts'
import { readExamples } from '../src/conversation/understanding/classifier/examples.ts'
import { inSteps, MEANINGS_FILE, packed } from '../src/conversation/understanding/classifier/meanings.ts'

const encode = ownEncoder()
writeFileSync(MEANINGS_FILE, packed(new Map(readExamples().map(({ text }) => [text, inSteps(encode(text))]))))
