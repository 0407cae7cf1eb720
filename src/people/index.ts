/** people: who is who, and which bank account is whose. Owns the schema "people". Touches kit only. */
export { createPeople, type Link, type LinkedAccount, type People, type Person } from './people.ts'
