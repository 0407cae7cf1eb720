import { Fault } from '#kit'
import type { BankEvent } from './bank-event.ts'

/** What became of a message’s events: every one is one of the three. */
export type Received = { accepted: number; duplicates: number; dropped: number }

/** One signed message of a bank, waiting to be taken. */
export type Message = { events: readonly BankEvent[]; nonce: string | null }

/** Some messages of a group cannot be taken, whatever is done; the others can. */
export class Refused extends Error {
  readonly faults: ReadonlyMap<Message, Fault>

  constructor(faults: ReadonlyMap<Message, Fault>) {
    super('some messages of this group are refused')
    this.faults = faults
  }
}

/** Events of one commit: more would keep the first of them waiting, and hold more links at a time. */
const EVENTS_PER_GROUP = 4_000
/** Events waiting from which on a bank is said to pour in. */
const EVENTS_POURING = 500
/** Events waiting before more are turned away: about two seconds' work. */
const EVENTS_WAITING = 20_000
/** What is kept of a group for messages with nothing urgent, so that a flood of what is never starves the rest. */
const QUIET_SHARE = 8

/** A payment just made, one that the bank refused and can still let through, and one that the bank's own system suspects. */
const URGENT: ReadonlySet<BankEvent['type']> = new Set(['authorised', 'declined', 'suspected'])

type Waiting = Message & { resolve: (received: Received) => void; reject: (error: unknown) => void }

/**
 * One bank's messages, one group at a time. Whoever comes while a group is being taken shares the next one's commit.
 * Messages with what may be a fraud go first: somebody may be standing at a till, or a thief be paying with their card.
 */
export function createLane(take: (group: readonly Message[]) => Promise<Map<Message, Received>>) {
  const queues: { urgent: Waiting[]; quiet: Waiting[] } = { urgent: [], quiet: [] }
  let eventsWaiting = 0
  let running = false
  /** The group that is being taken. */
  let taking: Promise<void> = Promise.resolve()

  function nextGroup(): Waiting[] {
    const group: Waiting[] = []
    let events = 0
    const draw = (queue: Waiting[], most: number) => {
      while (queue.length > 0 && (group.length === 0 || events + queue[0]!.events.length <= most)) {
        const message = queue.shift()!
        events += message.events.length
        group.push(message)
      }
    }
    draw(queues.urgent, EVENTS_PER_GROUP - EVENTS_PER_GROUP / QUIET_SHARE)
    draw(queues.quiet, EVENTS_PER_GROUP)
    draw(queues.urgent, EVENTS_PER_GROUP)
    eventsWaiting -= events
    return group
  }

  async function run(): Promise<void> {
    running = true
    for (let group = nextGroup(); group.length > 0; group = nextGroup()) {
      taking = settle(group)
      await taking
    }
    running = false
  }

  /** Takes a group; one that cannot be taken whole is taken message by message, so that a bad one fails alone. */
  async function settle(group: readonly Waiting[]): Promise<void> {
    try {
      const received = await take(group)
      for (const message of group) message.resolve(received.get(message)!)
    } catch (error) {
      if (error instanceof Refused) {
        for (const [message, fault] of error.faults) (message as Waiting).reject(fault)
        const rest = group.filter((message) => !error.faults.has(message))
        if (rest.length > 0) await settle(rest)
      } else if (group.length === 1) group[0]!.reject(error)
      else for (const message of group) await settle([message])
    }
  }

  return {
    /** Whether so much is waiting that what can wait should. */
    isPouring: () => eventsWaiting >= EVENTS_POURING,

    /** Resolves once the group that is being taken, if one is, has been. */
    whenTaken: (): Promise<void> => taking,

    /** Resolves once the message is committed. Throws `too-busy` when more is waiting than can be taken soon. */
    add(message: Message): Promise<Received> {
      if (eventsWaiting + message.events.length > EVENTS_WAITING && eventsWaiting > 0)
        return Promise.reject(new Fault('too-busy'))
      eventsWaiting += message.events.length
      return new Promise((resolve, reject) => {
        const isUrgent = message.events.some(({ type }) => URGENT.has(type))
        queues[isUrgent ? 'urgent' : 'quiet'].push({ ...message, resolve, reject })
        // A turn of the event loop later, so that messages which arrived together are taken together.
        if (!running) {
          running = true
          setImmediate(() => void run())
        }
      })
    },
  }
}
