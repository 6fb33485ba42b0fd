/** The requests to try, as lines to paste into another terminal. */
export function describeRequests(origin, { tokens, password }) {
  const curl = (token) =>
    `curl -i ${origin}/orders${token === undefined ? '' : ` -H 'Authorization: Bearer ${token}'`}`
  const me = `curl -i ${origin}/me -H "Authorization: Bearer $TOKEN"`
  const withCookie = `-X POST -b "$JAR" -c "$JAR" -H 'X-Gatewarden: 1'`

  return [
    `The orders API listens on ${origin}. In another terminal, try:`,
    section('Allowed: 200', curl(tokens.allowed)),
    section('No token: 401, and no error code, for nothing was presented', curl()),
    section('Expired: 401 invalid_token', curl(tokens.expired)),
    section('Wrong scope: 403 insufficient_scope', curl(tokens.wrongScope)),
    section('Forged with another key: 401 invalid_token', curl(tokens.forged)),
    'Those are an identity provider’s tokens. The API has a login of its own, too; in one terminal, in this order:',
    section(
      'Log in: an access token, and a refresh token in a cookie',
      'JAR=$(mktemp)',
      `ANSWER=$(curl -sS ${origin}/login -c "$JAR" -H 'X-Gatewarden: 1' -H 'Content-Type: application/json' ` +
        `-d ${quote(JSON.stringify({ name: 'alice', password }))}); echo "$ANSWER"`,
      takeToken,
    ),
    section('Use it: 200', me),
    section(
      'Refresh: another access token, another cookie',
      `ANSWER=$(curl -sS ${origin}/auth/refresh ${withCookie}); echo "$ANSWER"`,
      takeToken,
    ),
    `# Restart: stop this one with Ctrl+C, or with kill -9 ${process.pid}, run it again, and refresh again`,
    section('Log out: 204', `curl -i ${origin}/auth/logout ${withCookie}`),
    section('Use the old access token: 401, though it has not expired', me),
    'Every refusal is explained here as it happens. The whole program: server.js and login.js in examples/quick-start',
    'Stop with Ctrl+C.\n',
  ].join('\n\n')
}

const takeToken = `TOKEN=$(echo "$ANSWER" | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')`

function section(title, ...commands) {
  return [`# ${title}`, ...commands].join('\n')
}

/** As one word of a shell, whatever is in it. */
function quote(text) {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
