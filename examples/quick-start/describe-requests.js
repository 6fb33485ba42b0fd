/** The requests to try, as lines to paste into another terminal. */
export function describeRequests(origin, { tokens }) {
  const curl = (token) =>
    `curl -i ${origin}/orders${token === undefined ? '' : ` -H 'Authorization: Bearer ${token}'`}`

  return [
    `The orders API listens on ${origin}. In another terminal, try:`,
    section('Allowed: 200', curl(tokens.allowed)),
    section('No token: 401, and no error code, for nothing was presented', curl()),
    section('Expired: 401 invalid_token', curl(tokens.expired)),
    section('Wrong scope: 403 insufficient_scope', curl(tokens.wrongScope)),
    section('Forged with another key: 401 invalid_token', curl(tokens.forged)),
    'Every refusal is explained here as it happens. The whole program: examples/quick-start/server.js',
    'Stop with Ctrl+C.\n',
  ].join('\n\n')
}

function section(title, command) {
  return `# ${title}\n${command}`
}
