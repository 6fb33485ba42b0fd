/**
 * A server, a client or a process that a test left open keeps jest alive for ever, and with it the whole run, which then
 * says nothing of any test. Half a minute after the last one, this names what is open and ends the run as failed.
 */
export default function endLeftovers() {
  // Where Stryker runs the tests, the process stays on purpose: for the next mutant.
  if (process.env.STRYKER_MUTATOR_WORKER !== undefined) return
  setTimeout(() => {
    const open = process.getActiveResourcesInfo().join(', ')
    console.error(`The tests of ${process.cwd()} left open: ${open}`)
    process.exit(1)
  }, 30_000).unref()
}
