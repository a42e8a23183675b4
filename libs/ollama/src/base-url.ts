export interface BaseUrl {
  /** What paths are appended to; without credentials and without a trailing slash. */
  readonly root: string;
  readonly secure: boolean;
  /** Value of the `authorization` header, when the URL carried a user name. */
  readonly authorization: string | undefined;
}

/**
 * Accepts what people copy: a trailing `/`, `/api` or `/v1` is dropped, a missing scheme means http.
 *
 * @throws Error that does not repeat the address, which may hold a password
 */
export function parseBaseUrl(text: string): BaseUrl {
  const trimmed = text.trim();
  const whole = trimmed.includes('://') ? trimmed : `http://${trimmed}`;
  if (!/^https?:/iu.test(whole) || !URL.canParse(whole)) {
    throw new Error("Ollama's address must be an http or https URL, such as http://localhost:11434.");
  }
  const url = new URL(whole);
  return {
    root: url.origin + withoutApiPath(url.pathname),
    secure: url.protocol === 'https:',
    authorization: authorizationOf(url),
  };
}

function withoutApiPath(path: string): string {
  const bare = path.replace(/\/+$/u, '');
  return /\/(api|v1)$/u.test(bare) ? withoutApiPath(bare.replace(/\/[^/]+$/u, '')) : bare;
}

function authorizationOf(url: URL): string | undefined {
  if (url.username === '' && url.password === '') return undefined;
  const pair = `${decoded(url.username)}:${decoded(url.password)}`;
  return `Basic ${Buffer.from(pair, 'utf8').toString('base64')}`;
}

/** A lone percent sign in a password is not an escape. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
