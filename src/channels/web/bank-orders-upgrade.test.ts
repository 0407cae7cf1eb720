import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import pg from 'pg'

import { Fault } from '#kit'
import { ENGLISH, openChat } from './chat.fixture.ts'

const MIGRATIONS = join(import.meta.dirname, '../../../migrations')

test('a block that was waiting before there were other orders is carried out after the upgrade', async (t) => {
  const house = await openChat()
  t.after(() => house.close())
  const { personId, linkId } = await house.amina(['fraud-alerts', 'account-view'])
  const [card] = await house.chat.cards(personId)
  const { accountId, cardNumberDisplay } = card!
  const block = { linkId, accountId, cardNumberDisplay, kind: 'block' } as const
  await house.chat.orderForCard(personId, block, ENGLISH)
  house.desk.fails = new Fault('bank-unreachable')
  await house.chat.orderForCard(personId, block, ENGLISH)
  house.desk.fails = null

  const owner = new pg.Client({ connectionString: house.database.url })
  await owner.connect()
  try {
    // As it was with migration 0007.
    await owner.query(`
      alter table channels.bank_order drop column drawn_at, drop column seq, drop column kind;
      alter table channels.bank_order rename column done_at to blocked_at;
      alter table channels.bank_order rename to card_block`)
    const rows = `select id, person_id, link_id, case_id, wanted_at, refused_at, sealed`
    const before = await owner.query(`${rows}, blocked_at as done from channels.card_block order by id`)
    for (const name of ['0012_bank_orders.sql', '0016_disputes_as_sent.sql'])
      await owner.query(await readFile(join(MIGRATIONS, name), 'utf8'))
    const after = await owner.query(`${rows}, done_at as done from channels.bank_order order by id`)
    assert.deepEqual(after.rows, before.rows)
  } finally {
    await owner.end()
  }

  const orders = await house.sql.rooms.query<{ orderId: string; kind: string; isDone: boolean }>(
    `select id as "orderId", kind, done_at is not null as "isDone" from channels.bank_order where person_id = $1`,
    [personId],
  )
  assert.deepEqual(
    orders.map(({ kind }) => kind),
    ['block', 'block'],
  )
  const { calls } = house.desk
  for (const { orderId } of orders) await house.chat.carryOut({ personId, linkId, orderId })
  assert.equal(house.desk.calls, calls + 1, 'the one that was done is not sent again')
  assert.match((await house.all(personId)).at(-1)!.text, /card ending 5770 is blocked/)
})
