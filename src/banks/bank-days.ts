import { Temporal } from 'temporal-polyfill'

export type BankDays = ReturnType<typeof createBankDays>

/** The days that a bank writes without a time, on its own clock; `day` is `2026-11-25`. */
export function createBankDays(timeZone: string) {
  return {
    /**
     * Noon of the day: the same day for anybody within eleven hours of the bank, and no hour that would look odd for a
     * payment.
     */
    noonOf: (day: string): number =>
      Temporal.PlainDate.from(day).toZonedDateTime({ timeZone, plainTime: '12:00' }).epochMilliseconds,

    /** The first moment of an instant's day. */
    dawnOf: (at: number): number =>
      Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone).startOfDay().epochMilliseconds,

    /** The last moment of the day. */
    endOf: (day: string): number =>
      Temporal.PlainDate.from(day).add({ days: 1 }).toZonedDateTime({ timeZone }).epochMilliseconds - 1,

    /** The day of an instant. */
    dayOf: (at: number): string =>
      Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone).toPlainDate().toString(),
  }
}
