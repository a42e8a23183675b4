import { type Server, createServer } from 'node:http';

export interface Notice {
  readonly status: 'firing' | 'resolved';
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** Where Alertmanager sends what it has to tell. */
export class Webhook {
  private notices: readonly Notice[] = [];

  private constructor(
    readonly url: string,
    private readonly server: Server,
  ) {}

  static async start(): Promise<Webhook> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('not a TCP server');
    const webhook = new Webhook(`http://127.0.0.1:${address.port}`, server);
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { alerts }: { alerts: Notice[] } = JSON.parse(Buffer.concat(chunks).toString());
        webhook.notices = [...webhook.notices, ...alerts];
        response.end();
      });
    });
    return webhook;
  }

  heard(alertname: string, status: Notice['status']): Notice | undefined {
    return this.notices.find(
      (notice) => notice.labels['alertname'] === alertname && notice.status === status,
    );
  }

  forget(): void {
    this.notices = [];
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
