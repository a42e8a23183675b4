// https://www.rfc-editor.org/rfc/rfc1035#section-2.3.4
const longestHost = 253;

/** Which links stay links. Everything else is shown as code, with its host, and cannot be clicked. */
export class LinkPolicy {
  private readonly hosts: ReadonlySet<string>;

  /** A host allows itself and everything below it: `example.com` also allows `grafana.example.com`. */
  constructor(hosts: Iterable<string>) {
    this.hosts = new Set([...hosts].map((host) => host.toLowerCase()));
  }

  /** The same policy, with the hosts of these addresses allowed too. */
  and(addresses: readonly string[]): LinkPolicy {
    return new LinkPolicy([...this.hosts, ...addresses.flatMap((address) => hostOf(address) ?? [])]);
  }

  allows(address: string): boolean {
    const host = hostOf(address);
    if (host === undefined || host.length > longestHost) return false;
    const labels = host.split('.');
    return labels.some((_, at) => this.hosts.has(labels.slice(at).join('.')));
  }
}

// Whoever ends the first address earlier than we do would make a link of the second.
const secondAddress = /[/?#&].*(?:www\.|:\/\/)/i;

/**
 * Undefined for what is no web address, has an `@`, by which user names disguise the host, or has another address in
 * its path or query.
 */
function hostOf(address: string): string | undefined {
  if (address.includes('@') || !URL.canParse(address)) return undefined;
  if (secondAddress.test(address.replace(/^https?:\/\//i, ''))) return undefined;
  const { protocol, hostname } = new URL(address);
  return /^https?:$/.test(protocol) ? hostname.toLowerCase() : undefined;
}
