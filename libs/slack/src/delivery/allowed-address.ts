/**
 * Whether an address that Slack handed out may be called: on slack.com, or on the host of the Web API as configured.
 * Nobody else is to be told anything, even if a forged request got so far.
 */
export function isAllowedAddress(address: string, apiUrl: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname, host } = new URL(address);
  if (protocol === 'https:' && (hostname === 'slack.com' || hostname.endsWith('.slack.com'))) return true;
  const api = new URL(apiUrl);
  return host === api.host && protocol === api.protocol;
}
