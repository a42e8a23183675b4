import { type Agent, request as overHttp } from 'node:http';
import { request as overHttps } from 'node:https';
import type { AxiosAdapter } from 'axios';

/**
 * Sends a request as it stands and answers as soon as the head of the response is there. Axios' own adapter comes to the
 * same after looking for proxies, redirects, limits, progress and encodings, all of them unwanted, and takes far longer.
 */
export function directAdapter(agent: Agent): AxiosAdapter {
  return (config) =>
    new Promise((resolve, reject) => {
      const { url = '', method, headers, signal } = config;
      const send = url.startsWith('https:') ? overHttps : overHttp;
      const request = send(url, { method, headers: headers.toJSON(), agent }, (response) => {
        const { statusCode: status = 0, statusMessage: statusText = '' } = response;
        // Nobody reads the response's headers.
        resolve({ data: response, status, statusText, headers: {}, config, request });
      });
      signal?.addEventListener?.('abort', () => request.destroy());
      request.on('error', reject).end(config.data);
    });
}
