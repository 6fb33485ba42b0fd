import type { JournalEvent } from '../../src/demo/journal-event.ts'

/** What the server saw, in a sentence. */
export function describeEvent(event: JournalEvent): string {
  switch (event.type) {
    case 'login':
      return 'logged in: an access token, and refresh token 1'
    case 'refresh':
      return describeRefresh(event)
    case 'reuse':
      return `used a refresh token that was ${event.gap} uses old: reuse detected`
    case 'end':
      return `ended the session: ${event.reason}`
    case 'key':
      return `signing key ${event.kid.slice(0, 8)}…: ${event.change}`
  }
}

function describeRefresh({ outcome, generation }: { outcome: string; generation: number }): string {
  if (outcome === 'rotated') return `refreshed: an access token, and refresh token ${generation}`
  if (outcome === 'replayed')
    return `sent a used token again, and got refresh token ${generation} again`
  return `was refused a refresh: ${outcome}`
}
