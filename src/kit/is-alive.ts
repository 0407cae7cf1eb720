/** Whether a process with this id runs, whoever's it is. */
export function isAlive(pid: number): boolean {
  // To the system, 0 is all processes of our own group.
  if (pid === 0) return false
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
