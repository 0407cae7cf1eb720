/**
 * database: a PostgreSQL to stand on, and nothing about what is kept in it. Starts the embedded server when no other is
 * named, runs the migrations as the owner, and makes the run-time roles with their passwords. Owns the folders
 * `postgres/` of the data folder and the table `migration.applied`. Only the starter, the command line and the tests
 * come here: rooms are handed connections.
 */
export { type EmbeddedPostgres, removeEmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres.ts'
export { findPendingMigrations, migrate } from './migrate.ts'
export {
  type DatabaseNeeds,
  type OpenDatabase,
  openDatabase,
  postgresFolder,
  readDatabaseSecret,
} from './open.ts'
export { isFree } from './ports.ts'
export { prepareDatabase, restrictConnections } from './prepare.ts'
export { type DatabaseUrls, keysDatabaseUrl, ROLES, roleUrl, roleUrls } from './roles.ts'
