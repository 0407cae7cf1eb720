/** Loaded before each part of the demo: when the demo is killed outright, its parts end too and give their ports back. */
const GRACE_MS = 10_000

process.on('disconnect', () => {
  setTimeout(() => process.exit(1), GRACE_MS).unref()
  process.kill(process.pid, 'SIGTERM')
})
// Watching alone must not keep a part running that has come to its end.
process.channel?.unref()
