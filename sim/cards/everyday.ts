import { DAY, HOUR, SECOND } from '#kit'
import { normal, pick, poisson, uniform, whole } from './draw.ts'
import type { EntryMode, PaymentSeen } from './events.ts'
import { findShops, isDue, type Person } from './people.ts'
import type { Payments, Scene } from './scene.ts'
import type { Shop } from './shops.ts'

const DAY_SECONDS = DAY / SECOND
const DAYS_PER_YEAR = 365
const HOLIDAY_DAYS = [3, 15] as const
const CONTACTLESS_MINOR_MAX = 10_000
const BUSY_ON_HOLIDAY = 1.5

/** What one person pays in a day: the usual, what is due, and now and then something that looks odd and is genuine. */
export function liveADay(scene: Scene, person: Person): void {
  const { chance, ways, day } = scene
  if (person.holiday && person.holiday.untilDay <= day) person.holiday = null
  if (person.leaked && person.leaked.untilDay <= day) person.leaked = null
  if (chance() < ways.holidaysPerYear / DAYS_PER_YEAR) startHoliday(scene, person)
  if (chance() < ways.movesPerYear / DAYS_PER_YEAR) person.near = findShops(chance, ways, scene.shops)
  if (chance() < ways.bigPurchasesPerYear / DAYS_PER_YEAR) buySomethingBig(scene, person)
  for (const subscription of person.subscriptions) {
    if (!isDue(subscription, day)) continue
    const { shop, amountMinor } = subscription
    // Collected by the shop's machines in the night.
    const at = scene.midnight + Math.floor(chance() * 5 * HOUR)
    scene.pay({ person, shop, at, amountMinor, entryMode: 'online', kind: null })
  }
  const count = poisson(chance, person.paymentsPerDay * (person.holiday ? BUSY_ON_HOLIDAY : 1))
  for (let n = 0; n < count; n++) payTheUsual(scene, person)
}

function payTheUsual(scene: Scene, person: Person): void {
  const { chance, ways, shops } = scene
  const { leaked } = person
  const at = usualInstant(scene, person)
  if (leaked && chance() < ways.leakedCardShare) {
    // As in the handbook: some of what is paid in the card's name is a thief's, and larger.
    const amountMinor = usualAmount(scene, person) * leaked.times
    const shop = pick(chance, shops.web)
    scene.pay({ person, shop, at, amountMinor, entryMode: 'online', kind: 'leaked-card' })
    return
  }
  const shop = chance() < person.onlineShare ? pick(chance, shops.web) : nextShop(scene, person)
  const amountMinor = usualAmount(scene, person) * shop.amountTimes
  const isTaken = shop.compromisedUntilDay > scene.day && chance() < ways.terminalShare
  const kind = isTaken ? 'compromised-terminal' : null
  scene.pay({ person, shop, at, amountMinor, entryMode: entryModeAt(scene, shop, amountMinor), kind })
}

function nextShop({ chance, ways, shops }: Scene, person: Person): Shop {
  if (person.holiday) return pick(chance, person.holiday.shops)
  return shops.street[
    chance() < ways.strayShare ? Math.floor(chance() * shops.street.length) : pick(chance, person.near)
  ]!
}

/** The person's own distribution; what would be below nothing is drawn evenly up to twice the mean, as in the handbook. */
function usualAmount({ chance, ways }: Scene, { meanAmountMinor }: Person): number {
  const amount = meanAmountMinor * (1 + ways.amountSpread * normal(chance))
  return amount > 0 ? amount : 2 * meanAmountMinor * chance()
}

/** Around the person's midday; what would be another day is put anywhere in this one. */
function usualInstant({ chance, ways, midnight }: Scene, { noonSeconds }: Person): number {
  const seconds = noonSeconds + ways.secondsSpread * normal(chance)
  const isToday = seconds >= 0 && seconds < DAY_SECONDS
  return midnight + Math.floor((isToday ? seconds : chance() * DAY_SECONDS) * SECOND)
}

/** How a genuine person pays in a shop. */
export function entryModeAt({ chance }: Scene, shop: Shop, amountMinor: number): EntryMode {
  if (shop.terminal === null) return 'online'
  if (shop.category === '6011') return 'atm'
  return amountMinor <= CONTACTLESS_MINOR_MAX && chance() < 0.8 ? 'contactless' : 'chip'
}

function startHoliday({ chance, shops, day }: Scene, person: Person): void {
  person.holiday = { untilDay: day + whole(chance, HOLIDAY_DAYS), shops: pick(chance, shops.abroad) }
}

function buySomethingBig(scene: Scene, person: Person): void {
  const { chance, ways, shops } = scene
  const shop = chance() < 0.5 ? pick(chance, shops.web) : nextShop(scene, person)
  const amountMinor = person.meanAmountMinor * uniform(chance, ways.bigPurchaseTimes)
  const at = usualInstant(scene, person)
  scene.pay({ person, shop, at, amountMinor, entryMode: entryModeAt(scene, shop, amountMinor), kind: null })
}

/** Genuine payments of today that their makers will dispute all the same. */
export function regretPayments(scene: Scene, { list, frauds }: Payments): PaymentSeen[] {
  const { chance, ways, people } = scene
  const count = list.length > 0 ? poisson(chance, (ways.friendlyFrauds * people.length) / 1000) : 0
  return Array.from({ length: count }, () => pick(chance, list)).filter(({ id }) => !frauds.has(id))
}
