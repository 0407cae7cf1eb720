import { FAULTS, type FaultCode } from '#kit'

/** FDX error codes (FDX API, “Errors”), by what happened; each with its HTTP status and its standard message. */
export const FDX_ERRORS = {
  malformed: { code: '401', http: 400, message: 'Invalid input' },
  'account-unknown': { code: '701', http: 404, message: 'Account not found' },
  'date-range': { code: '703', http: 400, message: 'Invalid date range' },
  'consent-unknown': { code: '1107', http: 404, message: 'Data not found' },
  'method-unknown': { code: '401', http: 405, message: 'Invalid input' },
  unauthorized: { code: '1205', http: 401, message: 'Unauthorized' },
  forbidden: { code: '706', http: 403, message: 'Forbidden' },
  'too-many-requests': { code: '1207', http: 429, message: 'Too many requests' },
  'page-over': { code: '401', http: 400, message: 'Invalid input' },
  conflict: { code: '1106', http: 409, message: 'Conflict' },
  internal: { code: '500', http: 500, message: 'Internal server error' },
} as const
export type FdxErrorKind = keyof typeof FDX_ERRORS

/** What an app is told that asked for something it cannot have. `detail` names no person and no value. */
export class FdxError extends Error {
  readonly kind: FdxErrorKind
  readonly detail: string

  constructor(kind: FdxErrorKind, detail = '') {
    super(`${FDX_ERRORS[kind].code}: ${detail}`)
    this.kind = kind
    this.detail = detail
  }

  get status(): number {
    return FDX_ERRORS[this.kind].http
  }

  get body() {
    const { code, message } = FDX_ERRORS[this.kind]
    return { code, message, debugMessage: this.detail }
  }
}

/** What one of our own faults is in FDX. */
export function fdxErrorOf(code: FaultCode): FdxError {
  const kind: FdxErrorKind =
    code === 'page-over'
      ? 'page-over'
      : code === 'too-many-requests'
        ? 'too-many-requests'
        : code === 'already-done'
          ? 'conflict'
          : code === 'not-found'
            ? 'consent-unknown'
            : FAULTS[code].http < 500
              ? 'malformed'
              : 'internal'
  return new FdxError(kind, FAULTS[code].en)
}
