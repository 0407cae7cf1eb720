import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CLASSES } from './classes.ts'
import { readExamples } from './examples.ts'
import { featuresOf, plainText } from './features.ts'
import { ownModel, trainInWorker } from './kept-model.ts'
import { type Example, guess, train } from './linear.ts'

const EXAMPLES: Example[] = [
  ...['what is my balance', 'my balance please', 'how much money do i have', 'the balance of my account'],
  ...['quel est mon solde', 'mon solde svp', 'combien d’argent ai-je', 'le solde de mon compte'],
]
  .map((text): Example => ({ text, class: 'balance' }))
  .concat(
    ['send money to bob', 'send 50 to my sister', 'transfer money to bob', 'transfer 20 to my savings'].map(
      (text) => ({ text, class: 'transfer' }),
    ),
    ['what is the weather', 'tell me a joke', 'play some music please', 'who is the president'].map(
      (text) => ({
        text,
        class: null,
      }),
    ),
  )

test('a class is known by sentences that were not learned, misspelt ones too', () => {
  const model = train(EXAMPLES)
  for (const text of ['whats my balanse', 'mon soldde', 'the balance'])
    assert.equal(guess(model, text).class, 'balance', text)
  assert.equal(guess(model, 'please send some money to him').class, 'transfer')
  assert.ok(guess(model, 'mon solde').score > guess(model, 'tell me the president').score)
})

test('what was learned of a word holds for those that come to the same, in the other language too', () => {
  const model = train([
    ...EXAMPLES,
    ...['my card was stolen', 'they stole my wallet', 'a thief has my bag', 'stolen purse'].map((text) => ({
      text,
      class: 'stolen',
    })),
  ])
  for (const text of ['i was mugged', 'on me l a derobee'])
    assert.equal(guess(model, text).class, 'stolen', text)
})

test('the same sentences give the same model, bit for bit', () => {
  const [one, other] = [train(EXAMPLES), train(EXAMPLES)]
  assert.deepEqual(one.lines, other.lines)
  assert.deepEqual(one.within, other.within)
})

test('a model that was kept judges as the one that was trained', () => {
  const trained = train(readExamples())
  for (const text of ['give me a loan', 'quel est mon solde', 'what is the weather'])
    assert.deepEqual(guess(ownModel(), text), guess(trained, text))
})

test('a model that another thread made judges as our own', async () => {
  // The thread alone keeps no process from ending.
  const hold = setInterval(() => {}, 60_000)
  const other = await trainInWorker().finally(() => clearInterval(hold))
  for (const text of ['give me a loan', 'quel est mon solde', 'what is the weather'])
    assert.deepEqual(guess(other, text), guess(ownModel(), text))
})

test('every class has sentences, and none of them stands for two classes', () => {
  const classes = new Map<string, string | null>()
  for (const example of readExamples()) {
    const text = example.text.toLowerCase()
    if (example.class === null) continue
    assert.ok(!classes.has(text) || classes.get(text) === example.class, `${text} is of two classes`)
    classes.set(text, example.class)
  }
  for (const name of CLASSES) assert.ok([...classes.values()].includes(name), name)
})

test('letters are compared without accents, marks and figures', () => {
  assert.equal(plainText('Où en est MON prêt de 12 000,50 € ?'), 'ou en est mon pret de 0 0 €')
  assert.deepEqual(featuresOf('', { letters: [3, 4] }).size, 1)
})
