import { setTimeout as sleep } from 'node:timers/promises'
import { NOTICES } from '#conversation'
import { createSql, Secret, systemClock } from '#kit'
import { startGraph } from '../sim/index.ts'
import { smallCustomers } from '../sim/testing/small-customers.ts'
import type { MessengerCodeJson } from '../src/http/api.ts'
import { eventually, freePort, openTown } from '../tests/fixtures/town.ts'
import { type Bench, longestWait, median } from './measure.ts'

const PER_SECOND = 50
const SECONDS = 20
const LIMIT_MS = 1_000
/** What a chat is answered of all that it says: fifteen in ten seconds, before it is told to slow down. */
const ANSWERED_MIN = (15 * SECONDS) / 10
const BANKS = ['chase', 'citi']
const USERNAMES = ['amina', 'bruno', 'claire', 'david']
const WORDS = ['what is my balance?', 'show my last 5 payments', 'thanks', 'hello', 'my spending last month']
/** What is said to `WORDS`. */
const ANSWERS: ReadonlySet<string> = new Set([NOTICES['answer-ready'].en, NOTICES.hello.en])

/**
 * How long Messenger waits for its 200, with 50 messages a second from eight people whose questions are answered meanwhile.
 * They are sent by the clock, however long the ones before take.
 */
export const webhookBench: Bench = {
  names: ['webhook.answered'],
  async run(say) {
    const port = await freePort()
    const graph = await startGraph({
      product: 'messenger',
      id: '10001',
      accessToken: 'access',
      appSecret: 'app-secret',
      webhookUrl: new URL(`http://localhost:${port}/webhooks/messenger`),
      clock: systemClock,
    })
    const town = await openTown({
      quiet: true,
      port,
      customers: (bankId, now) => smallCustomers(bankId, USERNAMES)(now),
      messengers: {
        messenger: {
          pageId: '10001',
          graphUrl: graph.url,
          accessToken: new Secret('access'),
          appSecret: new Secret('app-secret'),
          verifyToken: new Secret('agreed'),
          utilityTemplate: null,
        },
        whatsapp: null,
        telegram: null,
        matrix: null,
      },
    })
    const sql = createSql({ url: town.database.urls.rooms, connectionsMax: 1, application: 'bench' })
    try {
      const people: ReturnType<typeof graph.person>[] = []
      for (const bankId of BANKS)
        for (const username of USERNAMES) {
          const visitor = town.visitor()
          await visitor.link(bankId, ['account-view', 'spending-insights'], username)
          const { url } = await visitor.post<MessengerCodeJson>('/api/messengers/codes', {
            messenger: 'messenger',
          })
          const person = graph.person(`40213377001122${people.length + 10}`)
          const says = (text: RegExp) =>
            eventually(`${text}`, async () =>
              person.chat.shown.findLast((one) => one.from === 'page' && text.test(one.text)),
            )
          await person.opens(url!)
          const { text } = await says(/\d\d$/)
          await visitor.post('/api/messengers/confirm', { digits: text.slice(-2) })
          await eventually('the chat', async () =>
            person.chat.shown.some((one) => one.text === NOTICES.linked.en),
          )
          people.push(person)
        }
      say(`webhook: ${people.length} chats linked`)
      const before = graph.deliveries.statuses.length
      const shown = people.map(({ chat }) => chat.shown.length)
      const samples: number[] = []
      const sent: Promise<void>[] = []
      const begin = performance.now()
      for (let n = 0; n < PER_SECOND * SECONDS; n++) {
        const due = begin + (n * 1_000) / PER_SECOND
        await sleep(Math.max(0, due - performance.now()))
        const write = async () => {
          await people[n % people.length]!.writes(WORDS[n % WORDS.length]!)
          samples.push(performance.now() - due)
        }
        sent.push(write())
      }
      await Promise.all(sent)
      // What was delivered meanwhile is told to the same webhook.
      const statuses = graph.deliveries.statuses.slice(before)
      if (statuses.some((status) => status !== 200))
        throw new Error(`the webhook answered ${[...new Set(statuses)].join(', ')}`)
      // A figure counts only where the answering beside it was done: all that the chats said was heard, and answered.
      await eventually('the end of the answering', async () => {
        const [waits] = await sql.query<{ heard: number; answers: number }>(
          `select (select count(*)::int from channels.heard where handled_at is null and address_index is not null) as heard,
             (select count(*)::int from channels.outbox where urgency = 'answer' and state = 'waiting') as answers`,
        )
        return waits!.heard === 0 && waits!.answers === 0
      })
      const answers = people.map(
        ({ chat }, place) => chat.shown.slice(shown[place]).filter(({ text }) => ANSWERS.has(text)).length,
      )
      if (Math.min(...answers) < ANSWERED_MIN)
        throw new Error(
          `the chats were answered ${answers.join(', ')} times, and each must be ${ANSWERED_MIN} times`,
        )
      say(`webhook: ${answers.reduce((sum, one) => sum + one, 0)} answers meanwhile`)
      say(`webhook: median ${median(samples).toFixed(1)} ms over ${samples.length} messages`)
      return [longestWait('webhook.answered', samples, LIMIT_MS)]
    } finally {
      await sql.end()
      await town.close()
      await graph.stop()
    }
  },
}
