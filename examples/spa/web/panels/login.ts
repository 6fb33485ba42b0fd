import { create } from '../create.ts'
import { find, findButton, findElement } from '../find.ts'
import type { Page } from '../page.ts'

interface Me {
  readonly subject: string
  readonly scopes: readonly string[]
  readonly roles: readonly string[]
}

/** The form, and who is logged in. */
export function showLogin({ client, config, api }: Page): void {
  const form = find('#login-form', HTMLFormElement)
  const name = find('#name', HTMLSelectElement)
  const password = find('#password', HTMLInputElement)
  const problem = findElement('#login-problem')
  const card = findElement('#who-card')
  const who = findElement('#who')

  name.append(
    ...config.users.map(({ name, about }) =>
      create('option', { value: name }, `${name}: ${about}`),
    ),
  )
  password.value = config.password

  form.addEventListener('submit', (event) => {
    event.preventDefault()
    void logIn()
  })
  findButton('#logout').addEventListener('click', () => void client.logout().catch(() => undefined))

  async function logIn(): Promise<void> {
    problem.textContent = ''
    try {
      const body = { name: name.value, password: password.value }
      const response = await client.login(api('/login'), body)
      if (!response.ok) {
        const { title } = (await response.json()) as { title: string }
        problem.textContent = `${response.status}: ${title}`
      }
    } catch {
      problem.textContent = 'No answer from the server. Is the network cut below?'
    }
  }

  async function showWho(): Promise<void> {
    const response = await client.fetch(api('/me'))
    if (!response.ok) return
    const { subject, scopes, roles } = (await response.json()) as Me
    const user = config.users.find(({ id }) => id === subject)
    const rights = `${scopes.join(', ')}; ${roles.length === 0 ? 'no role' : `role ${roles.join(', ')}`}`
    who.replaceChildren(
      'You are ',
      create('strong', {}, user?.name ?? subject),
      `, ${subject} in the tokens. They allow: ${rights}.`,
    )
  }

  client.subscribe(({ status }) => {
    const isIn = status === 'signed-in'
    if (card.hidden === !isIn) return
    const hadFocus = (isIn ? form : card).contains(document.activeElement)
    form.hidden = isIn
    card.hidden = !isIn
    // What had the focus is gone.
    if (hadFocus) (isIn ? card : name).focus()
  })
  client.on('signed-in', () => void showWho().catch(() => undefined))
}
