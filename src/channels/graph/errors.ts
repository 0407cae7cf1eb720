import { MINUTE, SECOND } from '#kit'
import type { FailureWhy } from '../messengers/door.ts'

/** What to do about one of Meta's codes, with the words of the page that documents it. */
export type GraphError = {
  /** `code`, `code/subcode`, or `*` `/subcode` for one that comes under several codes. */
  code: string
  why: FailureWhy
  /** Of a limit: how long there is no use in trying, when Meta's answer does not say it itself. */
  retryAfterMs?: number
  documented: string
  source: keyof typeof SOURCES
}

/** Where the codes are documented. `field` is what others were answered with: the pages do not have it. */
export const SOURCES = {
  messenger:
    'developers.facebook.com/documentation/business-messaging/messenger-platform/error-codes, 18 March 2026',
  whatsapp:
    'developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes, 18 June 2026',
  utility:
    'developers.facebook.com/documentation/business-messaging/messenger-platform/send-messages/utility-messages, 13 March 2026',
  field: 'an answer that was recorded by others who send',
} as const

/** Meta counts an app's calls over an hour (X-App-Usage); a minute later it may have room again. */
const APP_LIMIT_MS = MINUTE
/** WhatsApp takes so many messages a second from one number (Throughput). */
const THROUGHPUT_MS = 5 * SECOND
/** WhatsApp takes a message each six seconds for one person (Pair rate limits). */
const PAIR_MS = 6 * SECOND

const COMMON: readonly Omit<GraphError, 'source'>[] = [
  { code: '1', why: 'retry', documented: 'An unknown error occurred; a possible server error.' },
  { code: '2', why: 'retry', documented: 'Temporary, due to downtime or overload: try again later.' },
  {
    code: '4',
    why: 'retry',
    retryAfterMs: APP_LIMIT_MS,
    documented: 'The app has reached its call rate limit.',
  },
  { code: '10', why: 'tell-operator', documented: 'Permission is not granted or was removed.' },
  { code: '100', why: 'tell-operator', documented: 'Bad parameter; also a message tag that is gone.' },
  { code: '190', why: 'tell-operator', documented: 'The access token is invalid or over.' },
  { code: '200', why: 'tell-operator', documented: 'Permission is not granted or was removed.' },
]

/** Messenger's codes. A person who cannot be reached there just now is reached another way; the chat itself stays. */
export const MESSENGER_ERRORS: readonly GraphError[] = [
  ...COMMON.map((row) => ({ ...row, source: 'messenger' as const })),
  {
    code: '1/99',
    why: 'tell-operator',
    documented: 'Missing permissions can cause this.',
    source: 'messenger',
  },
  {
    code: '*/2018344',
    why: 'fall-back',
    documented: 'Privacy terms not accepted, under the code of a temporary failure.',
    source: 'messenger',
  },
  {
    code: '10/2018278',
    why: 'until-heard',
    documented: 'Sent outside of the allowed window.',
    source: 'messenger',
  },
  {
    code: '10/2018065',
    why: 'until-heard',
    documented: 'Sent outside of the allowed window.',
    source: 'messenger',
  },
  {
    code: '10/2534022',
    why: 'until-heard',
    documented: 'Sent outside of the allowed window.',
    source: 'messenger',
  },
  {
    code: '10/2018108',
    why: 'fall-back',
    documented: 'They cannot receive your messages right now.',
    source: 'messenger',
  },
  {
    code: '10/2018336',
    why: 'fall-back',
    documented: 'User thread impact: the privacy rules of Europe.',
    source: 'messenger',
  },
  {
    code: '10/1893063',
    why: 'tell-operator',
    documented: 'The Page is temporarily restricted from sending messages.',
    source: 'messenger',
  },
  { code: '100/2018001', why: 'gone', documented: 'No matching user found.', source: 'messenger' },
  {
    code: '100/1893029',
    why: 'fall-back',
    documented: 'Fewer values than the buttons of the approved template need.',
    source: 'field',
  },
  {
    code: '*/1545041',
    why: 'fall-back',
    documented: 'This person is not available right now.',
    source: 'messenger',
  },
  {
    code: '551',
    why: 'gone',
    documented: 'User block error: this person does not receive messages from you.',
    source: 'messenger',
  },
  {
    code: '613',
    why: 'retry',
    retryAfterMs: APP_LIMIT_MS,
    documented: 'Calls to this API have exceeded the rate limit.',
    source: 'messenger',
  },
  {
    code: '613/2018338',
    why: 'tell-operator',
    documented: 'Behaviour that people may find bothersome: further misuse restricts the Page.',
    source: 'messenger',
  },
  {
    code: '2018300',
    why: 'fall-back',
    documented: 'Another app controls this thread now.',
    source: 'messenger',
  },
  {
    code: '2018321',
    why: 'fall-back',
    documented: 'Messenger itself is asking this person questions.',
    source: 'messenger',
  },
]

/** The Cloud API's codes; they come as an answer, or later in a status. */
export const WHATSAPP_ERRORS: readonly GraphError[] = [
  ...COMMON.map((row) => ({ ...row, source: 'whatsapp' as const })),
  ...(
    [
      ['33', 'tell-operator', 'The business phone number has been deleted.'],
      ['368', 'tell-operator', 'The account is restricted or disabled for violating a policy.'],
      ['80007', 'retry', 'The account has reached its rate limit.', APP_LIMIT_MS],
      ['130403', 'tell-operator', 'This business has blocked the person.'],
      ['130429', 'retry', 'The throughput of the API has been reached.', THROUGHPUT_MS],
      ['130472', 'fall-back', 'Not sent, as part of an experiment of Meta’s.'],
      ['130497', 'fall-back', 'The account may not message people of this country.'],
      ['131000', 'retry', 'Failed to send for an unknown reason: try again.'],
      ['131005', 'tell-operator', 'Permission is not granted or was removed.'],
      ['131008', 'tell-operator', 'A required parameter is missing.'],
      ['131009', 'tell-operator', 'A parameter’s value is invalid.'],
      ['131016', 'retry', 'A service is temporarily unavailable.'],
      ['131021', 'fall-back', 'Sender and recipient are the same number.'],
      ['131026', 'fall-back', 'Undeliverable: not on WhatsApp, an old version, or new terms not accepted.'],
      ['131031', 'tell-operator', 'The account has been locked.'],
      ['131037', 'tell-operator', 'The number’s display name is not approved.'],
      ['131042', 'tell-operator', 'An error of the payment method.'],
      ['131045', 'tell-operator', 'The phone number is not registered.'],
      ['131047', 'until-heard', 'More than 24 hours have passed since the person last wrote.'],
      [
        '131048',
        'tell-operator',
        'The number is restricted: too many messages were blocked or flagged as spam.',
      ],
      ['131049', 'fall-back', 'Not delivered, to maintain healthy ecosystem engagement.'],
      ['131050', 'gone', 'The person has chosen to stop receiving these messages.'],
      ['131051', 'tell-operator', 'Unsupported message type.'],
      ['131056', 'retry', 'Too many messages to the same person in a short time.', PAIR_MS],
      ['131057', 'retry', 'The account is in maintenance mode.', 5 * MINUTE],
      ['131064', 'tell-operator', 'The account’s limit after templates were classified wrongly.'],
      ['132000', 'fall-back', 'The number of values differs from the template’s variables.'],
      ['132001', 'fall-back', 'The template is not there in this language, or not approved.'],
      ['132005', 'fall-back', 'The template’s translated text is too long.'],
      ['132007', 'fall-back', 'The template’s content violates a policy.'],
      ['132012', 'fall-back', 'The template’s values are formatted wrongly.'],
      ['132015', 'fall-back', 'The template is paused due to low quality.'],
      ['132016', 'fall-back', 'The template was paused too often and is disabled.'],
      ['132018', 'fall-back', 'There is an issue with the template’s parameters.'],
      ['133004', 'retry', 'The server is temporarily unavailable.'],
      ['133010', 'tell-operator', 'The phone number is not registered.'],
      ['135000', 'tell-operator', 'An unknown error with the request’s parameters.'],
    ] as const
  ).map(([code, why, documented, retryAfterMs]) => ({
    code,
    why,
    documented,
    source: 'whatsapp' as const,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  })),
]

export type SortError = (
  code: number,
  subcode: number | undefined,
) => Pick<GraphError, 'why' | 'retryAfterMs'> | null

/** Finds what to do: for the pair, for the subcode under any code or by itself, for the code; null for one nobody documents. */
export function createSortError(table: readonly GraphError[]): SortError {
  const rows = new Map(table.map((row) => [row.code, row]))
  return (code, subcode) =>
    rows.get(`${code}/${subcode}`) ?? rows.get(`*/${subcode ?? code}`) ?? rows.get(String(code)) ?? null
}
