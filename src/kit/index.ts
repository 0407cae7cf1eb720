/**
 * kit: the ground floor. Money, time, ids, randomness, `Private<T>`, errors, SQL, sealing and announcements.
 * Owns no data, knows no room, and nothing here is about banks or chats.
 */
export { backoffMs } from './backoff.ts'
export { type Clock, DAY, HOUR, MINUTE, SECOND, systemClock } from './clock.ts'
export { FAULTS, Fault, type FaultCode, LOCALES, type Locale } from './errors.ts'
export { type AnnouncementName, type Announcements, announce, type Listener, type Timing } from './events.ts'
export { readOrCreateFile, writeFileDurably } from './files.ts'
export { isAlive } from './is-alive.ts'
export { type Listeners, startJobs } from './jobs.ts'
export { keyedHash } from './keyed-hash.ts'
export {
  createLogger,
  LOG_LEVELS,
  type LogFields,
  type Logger,
  type LogLevel,
  silentLogger,
} from './logger.ts'
export {
  add,
  type Currency,
  currency,
  formatMoney,
  type Money,
  minorDigits,
  money,
  moneyFromDecimal,
  negated,
  toDecimal,
} from './money.ts'
export { monthOf, monthStart } from './months.ts'
export { tellPages } from './pages.ts'
export { pause } from './pause.ts'
export { Private } from './private.ts'
export { newId, type Random, seeded, systemRandom } from './random.ts'
export { startRounds } from './rounds.ts'
export { areSameBytes } from './same-bytes.ts'
export { seal, unseal, wipeKey } from './seal.ts'
export { Secret } from './secret.ts'
export { slipsBetween } from './slips.ts'
export { sorted } from './sorted.ts'
export { createSql, JOINT, type Queryable, type Row, type Sql, type Tx } from './sql.ts'
