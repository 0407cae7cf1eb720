/** consent: the closed list of purposes, and who granted which until when. Owns the schema "consent". Touches kit only. */
export { isPurpose, OFFERED_PURPOSES, PURPOSES, type Purpose } from './purposes.ts'
