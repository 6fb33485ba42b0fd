import { type LoggedRevocation, type IssuerStore, revocationsOf } from '@gatewarden/core'

/** What the log of a store holds at a time, as a process that starts then finds it. */
export async function loggedRevocations(
  { revocations }: IssuerStore,
  now: number,
): Promise<LoggedRevocation[]> {
  const logged: LoggedRevocation[] = []
  for await (const page of (await revocations.snapshot(now)).pages)
    logged.push(...revocationsOf(page))
  return logged
}
