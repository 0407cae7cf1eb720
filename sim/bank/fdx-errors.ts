/** The FDX error codes this bank answers with, and their HTTP statuses. */
const CODES = {
  malformed: { http: 400, code: '401', message: 'Invalid input' },
  'account-not-found': { http: 404, code: '701', message: 'Account not found' },
  'start-date': { http: 400, code: '702', message: 'Invalid start or end date' },
  'date-range': { http: 400, code: '703', message: 'Invalid date range' },
  forbidden: { http: 403, code: '706', message: 'Forbidden' },
  'not-found': { http: 404, code: '1107', message: 'Data not found' },
  unauthorized: { http: 401, code: '1205', message: 'Not authorized' },
  conflict: { http: 409, code: '409', message: 'Conflict' },
  internal: { http: 500, code: '500', message: 'Internal server error' },
} as const

export type FdxErrorCode = keyof typeof CODES

/** An answer in the FDX form `{code, message, debugMessage}`. `debugMessage` names nobody. */
export class FdxError extends Error {
  readonly status: number
  readonly body: { code: string; message: string; debugMessage: string }

  constructor(code: FdxErrorCode, debugMessage: string) {
    super(debugMessage)
    this.name = 'FdxError'
    this.status = CODES[code].http
    this.body = { code: CODES[code].code, message: CODES[code].message, debugMessage }
  }
}
