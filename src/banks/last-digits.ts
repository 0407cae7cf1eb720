/** Banks mask a number each in their way, and some forget to: its last four digits are all that is kept. */
export const lastDigits = (display: string | null | undefined): string | null =>
  /(\d{4})\D*$/.exec(display ?? '')?.[1] ?? null
