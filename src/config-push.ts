import { z } from 'zod'
import { setting } from './config-setting.ts'

/** The push services of Chrome and Edge, Firefox, Safari, and Edge on Windows. */
const KNOWN = [
  'https://fcm.googleapis.com',
  'https://updates.push.services.mozilla.com',
  'https://web.push.apple.com',
  'https://*.notify.windows.com',
]
const SERVICE = /^(https:\/\/(\*\.)?[a-z\d-]+(\.[a-z\d-]+)+(:\d+)?|http:\/\/(localhost|127\.0\.0\.1):\d+)$/

export const PUSH_SETTINGS = {
  GUICHET_PUSH_SERVICES: setting(
    {
      says: 'The push services of browsers that warnings may go through, to people who asked for that on their device. They learn that something was sent to a browser, encrypted for it, and when.',
      accepts: 'https:// origins between spaces, *. before one for all below it; or none',
      standard: KNOWN.join(' '),
    },
    z
      .string()
      .transform((text) => (text.trim() === 'none' ? [] : text.trim().split(/\s+/)))
      .refine((services) => services.every((service) => SERVICE.test(service))),
  ),
} as const

export const pushServicesOf = (given: { GUICHET_PUSH_SERVICES?: string[] | undefined }): readonly string[] =>
  given.GUICHET_PUSH_SERVICES ?? KNOWN
