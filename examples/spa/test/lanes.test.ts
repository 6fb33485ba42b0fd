import type { JournalEvent } from '../src/demo/journal-event.ts'
import { lanesOf } from '../web/timeline/lanes.ts'

// The timeline is drawn from these.

const login = { id: 1, at: 0, by: 'Tab 1', type: 'login', sid: 'a', expiresAt: 30_000 } as const
const refreshed = {
  ...{ id: 2, at: 25_000, by: 'Tab 2', type: 'refresh', sid: 'a' },
  ...{ outcome: 'rotated', generation: 2, expiresAt: 55_000 },
} as JournalEvent

it('makes a bar of every access token, and a step of every use of the refresh token', () => {
  const [session] = lanesOf([login, refreshed], 40_000)
  expect(session).toMatchObject({
    title: 'Session of this browser',
    accessTokens: [
      { from: 0, to: 30_000, by: 'Tab 1' },
      { from: 25_000, to: 55_000, by: 'Tab 2' },
    ],
    refreshTokens: [
      { from: 0, to: 25_000, label: '1' },
      { from: 25_000, to: 40_000, label: '2' },
    ],
    marks: [],
    endedAt: undefined,
  })
})

it('takes what is sent again for no step', () => {
  const again = { ...refreshed, at: 26_000, outcome: 'replayed' } as JournalEvent
  const [session] = lanesOf([login, refreshed, again], 40_000)
  expect(session?.refreshTokens).toHaveLength(2)
  expect(session?.accessTokens).toHaveLength(3)
  expect(session?.marks).toEqual([{ at: 26_000, label: 'sent again', isAlarm: false }])
})

it('ends the tokens with their session', () => {
  const thief = { id: 3, at: 30_000, by: 'the thief', sid: 'a' } as const
  const [session] = lanesOf(
    [
      login,
      refreshed,
      { ...thief, type: 'end', reason: 'reuse' },
      { ...thief, type: 'reuse', gap: 2 },
    ],
    40_000,
  )
  expect(session?.accessTokens.at(-1)?.to).toBe(30_000)
  expect(session?.refreshTokens.at(-1)?.to).toBe(30_000)
  expect(session?.marks).toEqual([{ at: 30_000, label: 'reuse', isAlarm: true }])
  expect(session?.title).toBe('Session of this browser, ended')
})

it('shows the newest session first, and draws nothing for a refresh that was refused', () => {
  const phone = { ...login, id: 4, at: 41_000, by: 'the phone', sid: 'b' } as const
  const refused = {
    ...{ id: 5, at: 42_000, by: 'Tab 1', type: 'refresh', sid: 'a' },
    ...{ outcome: 'ended', generation: 2 },
  } as JournalEvent
  const sessions = lanesOf([login, phone, refused], 43_000)
  expect(sessions.map(({ sid }) => sid)).toEqual(['b', 'a'])
  expect(sessions[1]?.accessTokens).toHaveLength(1)
})
