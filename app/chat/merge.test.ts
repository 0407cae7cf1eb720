import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MessageJson } from '../../src/http/api.ts'
import { merge, replace } from './merge.ts'

const message = (over: Partial<MessageJson>): MessageJson => ({
  id: 'm1',
  from: 'person',
  at: 0,
  text: '',
  kind: 'plain',
  show: null,
  actions: [],
  withheld: null,
  ...over,
})
const ids = (messages: MessageJson[]) => messages.map(({ id }) => id)

test('a message that comes both as an answer and by the live stream is shown once', () => {
  const both = merge(
    [message({ id: 'a', at: 1 })],
    [message({ id: 'a', at: 1 }), message({ id: 'b', at: 2 })],
  )
  assert.deepEqual(ids(both), ['a', 'b'])
})

test('what was said stands before what was answered in the same instant, however they came in', () => {
  const said = message({ id: 'said', at: 5 })
  const answered = message({ id: 'answered', from: 'guichet', at: 5 })
  assert.deepEqual(ids(merge([answered], [said])), ['said', 'answered'])
})

test('an answer whose consent has ended replaces the one that was shown', () => {
  const shown = message({ id: 'a', from: 'guichet', text: 'a figure' })
  const withheld = message({ id: 'a', from: 'guichet', withheld: 'consent-ended' })
  assert.equal(merge([shown], [withheld])[0]!.withheld, 'consent-ended')
})

test('an alert that comes while the conversation is being read again is not lost', () => {
  const read = [message({ id: 'b', at: 2 }), message({ id: 'c', at: 3 })]
  const known = [...read, message({ id: 'alert', at: 4, kind: 'alert' })]
  assert.deepEqual(ids(replace(known, read)), ['b', 'c', 'alert'])
})

test('reading again drops the older lines, which may be told in another language by now', () => {
  const known = [message({ id: 'a', at: 1 }), message({ id: 'b', at: 2, text: 'hello' })]
  const read = [message({ id: 'b', at: 2, text: 'bonjour' })]
  assert.deepEqual(replace(known, read), read)
})

test('the first words of somebody new are kept', () => {
  assert.deepEqual(ids(replace([message({ id: 'a' })], [])), ['a'])
})
