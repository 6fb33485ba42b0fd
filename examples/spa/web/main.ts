import { createAuthClient } from '@gatewarden/client'
import type { PageConfig } from '../src/page-config.ts'
import { createConnection } from './connection.ts'
import { followJournal } from './journal.ts'
import type { Page } from './page.ts'
import { showAttacks } from './panels/attacks.ts'
import { showCalls } from './panels/calls.ts'
import { showKeys } from './panels/keys.ts'
import { showLogin } from './panels/login.ts'
import { showNetwork } from './panels/network.ts'
import { showOrigins } from './panels/origins.ts'
import { showSessions } from './panels/sessions.ts'
import { showStatus } from './panels/status.ts'
import { showTabs } from './panels/tabs.ts'
import { showTheft } from './panels/theft.ts'
import { showTheme } from './panels/theme.ts'
import { showTimeline } from './panels/timeline.ts'
import { takeTabName } from './tab-name.ts'

const config = (await (await fetch('/config.json')).json()) as PageConfig
const api = (path: string) => config.apiOrigin + path
const tabName = await takeTabName()
const connection = createConnection(tabName)

// All of it: the rest of the page shows what this does.
const client = createAuthClient({ refreshUrl: api('/auth/refresh'), fetch: connection.fetch })

const journal = followJournal(client, api('/demo/events'))
const page: Page = { client, config, connection, journal, tabName, api }
const panels = [
  showTheme,
  showStatus,
  showLogin,
  showCalls,
  showTimeline,
  showTabs,
  showNetwork,
  showTheft,
  showSessions,
  showKeys,
  showAttacks,
  showOrigins,
]
for (const show of panels) show(page)
await client.start()
