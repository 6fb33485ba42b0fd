import type { AttackAnswered, AttackLine } from '../../src/demo/attack.ts'
import { create, createRow } from '../create.ts'
import { find, findButton, findElement } from '../find.ts'
import type { Page } from '../page.ts'
import { readLines } from '../read-lines.ts'

/** The known attacks on a guard, sent to this server. */
export function showAttacks({ client, api }: Page): void {
  const button = findButton('#attack')
  const progress = find('#attack-progress', HTMLProgressElement)
  const result = findElement('#attack-result')
  const groups = findElement('#attack-groups')

  button.addEventListener('click', () => void run())

  async function run(): Promise<void> {
    button.disabled = true
    progress.hidden = false
    progress.removeAttribute('value')
    groups.replaceChildren()
    result.textContent = 'The attacks are on their way.'
    const answered: AttackAnswered[] = []
    try {
      const response = await client.fetch(api('/demo/attacks'), { method: 'POST' })
      for await (const line of readLines<AttackLine>(response)) {
        if (line.type === 'end') {
          result.textContent = summaryOf(answered, line.findings)
        } else {
          answered.push(line)
          progress.max = line.total
          progress.value = line.done
        }
      }
      groups.replaceChildren(...byGroup(answered).map(detailsOf))
    } catch (error) {
      result.textContent = `The run was cut short: ${(error as Error).message}`
    }
    progress.hidden = true
    button.disabled = false
  }
}

function byGroup(answered: readonly AttackAnswered[]): AttackAnswered[][] {
  const groups = new Map<string, AttackAnswered[]>()
  for (const result of answered) {
    groups.set(result.group, [...(groups.get(result.group) ?? []), result])
  }
  return [...groups.values()]
}

function summaryOf(answered: readonly AttackAnswered[], findings: readonly string[]): string {
  const refused = answered.filter(({ outcome }) => outcome === 'refused').length
  const all = `${refused} of ${answered.length} attacks were refused`
  return findings.length === 0
    ? `${all}, each with the right answer.`
    : `${all}. Something is wrong: ${findings.join(' ')}`
}

/** One kind of attack, to be opened. Its table is made then: there are hundreds of rows, and nobody reads all. */
function detailsOf(results: readonly AttackAnswered[]): HTMLDetailsElement {
  const refused = results.filter(({ outcome }) => outcome === 'refused').length
  const title = results[0]?.groupTitle ?? ''
  const isGood =
    refused === results.length && results.every(({ findings }) => findings.length === 0)
  const count = isGood ? `${refused} refused` : `${refused} of ${results.length} refused`
  const badge = create('span', { className: `badge ${isGood ? 'good' : 'bad'}` }, count)
  const summary = create('summary', {}, create('span', {}, title), badge)
  const details = create('details', {}, summary)
  details.addEventListener('toggle', () => details.append(tableOf(title, results)), { once: true })
  return details
}

function tableOf(title: string, results: readonly AttackAnswered[]): HTMLElement {
  const head = ['Attack', 'Sent to', 'Answer'].map((name) => create('th', { scope: 'col' }, name))
  const rows = results.map(({ name, status, outcome, isOfTwin }) =>
    createRow(
      name,
      isOfTwin ? 'twin' : 'this server',
      status === undefined ? outcome : String(status),
    ),
  )
  return create(
    'div',
    { className: 'scroll', tabIndex: 0, role: 'region', ariaLabel: title },
    create(
      'table',
      {},
      create('thead', {}, create('tr', {}, ...head)),
      create('tbody', {}, ...rows),
    ),
  )
}
