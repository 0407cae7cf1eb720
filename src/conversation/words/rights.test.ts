/** What the law gives to somebody whose card was used: one sentence for each right, with where it stands. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { wordsIn } from './index.ts'
import { createSpeech } from './speech.ts'

const NOW = Date.UTC(2026, 10, 23)

function rightsIn(locale: 'en' | 'fr', country: string, isCredit: boolean): string[] {
  const speech = createSpeech(locale, 'Europe/Paris', NOW)
  const text = wordsIn[locale].sentences.rights({ country, isCredit }, speech)
  return text.split('\n').map((line) => line.replace(/[\u00a0\u202f]/g, ' '))
}

/** What each sentence must say: what is at stake, and the section it rests on. */
const LAW: Record<string, { country: string; isCredit: boolean; en: RegExp[]; fr: RegExp[] }> = {
  'a debit card in the United States': {
    country: 'US',
    isCredit: false,
    en: [
      /two business days.*\$50.*\$500.*12 CFR 1005\.6\(b\)\)\.$/,
      /60 days.*\(12 CFR 1005\.6\(b\)\(3\)\)\.$/,
    ],
    fr: [
      /deux jours ouvrés.*50 \$.*500 \$.*12 CFR 1005\.6\(b\)\)\.$/,
      /60 jours.*\(12 CFR 1005\.6\(b\)\(3\)\)\.$/,
    ],
  },
  'a credit card in the United States': {
    country: 'US',
    isCredit: true,
    en: [
      /\$50 at most.*12 CFR 1026\.12\(b\)\)\.$/,
      /write.*within 60 days of the first statement.*\(12 CFR 1026\.13\(b\)\)\.$/,
    ],
    fr: [
      /50 \$ au plus.*12 CFR 1026\.12\(b\)\)\.$/,
      /écrivez.*60 jours du premier relevé.*\(12 CFR 1026\.13\(b\)\)\.$/,
    ],
  },
  'a card in the United Kingdom': {
    country: 'GB',
    isCredit: false,
    en: [
      /next business day.*2017, reg\. 76\)\.$/,
      /£35.*gross negligence.*\(reg\. 77\)\.$/,
      /13 months.*\(reg\. 74\)\.$/,
    ],
    fr: [
      /jour ouvré suivant.*2017, reg\. 76\)\.$/,
      /35 £.*négligence grave.*\(reg\. 77\)\.$/,
      /13 mois.*\(reg\. 74\)\.$/,
    ],
  },
  'a card in France': {
    country: 'FR',
    isCredit: false,
    en: [
      /next business day.*2015\/2366, art\. 73\)\.$/,
      /€50.*gross negligence.*\(art\. 74\)\.$/,
      /13 months.*\(art\. 71\)\.$/,
    ],
    fr: [
      /jour ouvré suivant.*2015\/2366, art\. 73\)\.$/,
      /50 €.*négligence grave.*\(art\. 74\)\.$/,
      /13 mois.*\(art\. 71\)\.$/,
    ],
  },
  'a card of a country whose law is not known here': {
    country: 'BR',
    isCredit: false,
    en: [/under the law of its country\.$/],
    fr: [/selon la loi de son pays\.$/],
  },
}

test('the rights of each jurisdiction are said in both languages, each in one sentence with its source', () => {
  for (const [whose, { country, isCredit, en, fr }] of Object.entries(LAW)) {
    for (const [locale, wanted] of [
      ['en', en],
      ['fr', fr],
    ] as const) {
      const told = rightsIn(locale, country, isCredit)
      assert.equal(told.length, wanted.length, `${whose}, ${locale}: ${told.join(' / ')}`)
      for (const [i, right] of wanted.entries()) {
        assert.match(told[i]!, right, `${whose}, ${locale}`)
        assert.match(told[i]!, /^• /)
        // A section such as 1005.6 or “reg. 76” has points of its own.
        const sentence = told[i]!.replace(/\([^()]*(?:\([^()]*\)[^()]*)*\)/g, '')
        assert.equal(sentence.match(/\. /g), null, `more than one sentence: ${told[i]}`)
      }
    }
  }
})

test('the whole European Economic Area has the same rights, and Switzerland and the United Kingdom have not', () => {
  const french = rightsIn('en', 'FR', false)
  for (const country of ['DE', 'IE', 'NO', 'IS', 'LI'])
    assert.deepEqual(rightsIn('en', country, true), french)
  for (const country of ['CH', 'GB']) assert.notDeepEqual(rightsIn('en', country, false), french)
})
