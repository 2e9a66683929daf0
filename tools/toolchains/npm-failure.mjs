/** What went wrong in a call of npm. */

const unreachable = /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|EHOSTUNREACH|ETIMEDOUT|ERR_SOCKET_TIMEOUT|ENOTCACHED)\b/;

/** Whether nothing is wrong but the network: the registry does not answer, and the cache of npm has not all that is asked for. */
export function isUnreachable(error) {
  return unreachable.test(String(error?.stderr ?? ''));
}

/** The lines in which npm says why, without those about its log file. */
export function npmFailure(error) {
  const lines = String(error?.stderr ?? '').split('\n');
  const said = lines.filter((line) => /^npm (error|ERR!)/.test(line) && !/A complete log|debug-\d+\.log/.test(line));
  const text = said.map((line) => line.replace(/^npm (error|ERR!) ?/, '')).join(' | ');
  return text === '' ? String(error?.message ?? error) : text.slice(0, 500);
}
