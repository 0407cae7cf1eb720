/** The kinds of spending a payment can be; each payment has exactly one. */
export const CATEGORIES = [
  'groceries',
  'fuel',
  'eating-out',
  'travel',
  'shopping',
  'home',
  'bills',
  'subscriptions',
  'health',
  'leisure',
  'education',
  'cash',
  'fees',
  'income',
  'other',
] as const
export type Category = (typeof CATEGORIES)[number]
