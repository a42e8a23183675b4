import type { Range } from './prometheus';

type Labels = Readonly<Record<string, string | number>>;

const durations = [0.1, 0.25, 0.5, 1, 2, 3, 5, 7.5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300];
const loading = [0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 20, 40, 80, 160];
const buckets = {
  ollama_request_duration_seconds: durations,
  ollama_time_to_first_token_seconds: loading,
  ollama_model_load_duration_seconds: loading,
  ollama_queue_wait_seconds: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 7.5, 10, 15, 20, 30],
  api_chat_request_duration_seconds: durations,
  openai_chat_request_duration_seconds: durations,
  jamie_store_command_seconds: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5],
};
type Histogram = keyof typeof buckets;

/** The same numbers each time (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** What one process of Jamie has counted since its start. */
class Replica {
  private readonly levels = new Map<string, number>();

  constructor(
    readonly instance: string,
    readonly startedAt: number,
  ) {
    this.zero();
  }

  add(metric: string, labels: Labels, amount = 1): void {
    const key = this.key(metric, labels);
    this.levels.set(key, (this.levels.get(key) ?? 0) + amount);
  }

  set(metric: string, labels: Labels, value: number): void {
    this.levels.set(this.key(metric, labels), value);
  }

  observe(metric: Histogram, labels: Labels, value: number): void {
    for (const bound of buckets[metric])
      this.add(`${metric}_bucket`, { ...labels, le: bound }, value <= bound ? 1 : 0);
    this.add(`${metric}_bucket`, { ...labels, le: '+Inf' });
    this.add(`${metric}_count`, labels);
    this.add(`${metric}_sum`, labels, value);
  }

  samples(): IterableIterator<[string, number]> {
    return this.levels.entries();
  }

  private key(metric: string, labels: Labels): string {
    const all = { job: 'jamie-sre-chatbot', namespace: 'chatbots', instance: this.instance, ...labels };
    return `${metric}{${Object.entries(all)
      .map(([name, value]) => `${name}="${value}"`)
      .join(',')}}`;
  }

  private zero(): void {
    for (const status of ['success', 'error', 'rejected'])
      this.add('ollama_requests_total', { model, status }, 0);
    for (const error_type of errorTypes) this.add('ollama_errors_total', { model, error_type }, 0);
    for (const status of ['success', 'error']) {
      for (const metric of Object.values(asks)) this.add(metric, { status }, 0);
    }
    for (const surface of ['rest', 'openai', 'slack']) {
      this.add('jamie_degraded_answers_total', { surface }, 0);
      for (const verdict of ['good', 'bad']) this.add('jamie_feedback_total', { surface, verdict }, 0);
    }
    for (const status of ['success', 'error', 'rate_limited'])
      this.add('slack_api_calls_total', { method: 'chat.update', status }, 0);
    for (const reason of ['bad_signature', 'stale']) this.add('slack_refused_requests_total', { reason }, 0);
    for (const { route } of Object.values(apis)) {
      for (const status of [200, 400, 503])
        this.add('http_requests_total', { method: 'POST', route, status }, 0);
    }
    for (const status of ['success', 'error', 'timeout'])
      this.add('jamie_store_commands_total', { status }, 0);
    this.add('slack_asks_taken_over_total', {}, 0);
    this.add('slack_duplicate_deliveries_total', {}, 0);
    this.add('slack_rate_limit_wait_seconds_total', {}, 0);
    this.add('ollama_cancelled_total', { model }, 0);
  }
}

const model = 'bruno-sre';
const errorTypes = ['OllamaUnreachable', 'OllamaTimeout', 'OllamaStreamInterrupted'];
const asks = {
  rest: 'api_chat_requests_total',
  openai: 'openai_chat_requests_total',
  mention: 'slack_mentions_total',
  command: 'slack_slash_commands_total',
  direct: 'slack_direct_messages_total',
  shortcut: 'slack_shortcuts_total',
};
type Surface = keyof typeof asks;
const apis = {
  rest: { route: '/chat', requests: asks.rest, duration: 'api_chat_request_duration_seconds' },
  openai: {
    route: '/v1/chat/completions',
    requests: asks.openai,
    duration: 'openai_chat_request_duration_seconds',
  },
} as const;
type Api = keyof typeof apis;
const isApi = (surface: Surface): surface is Api => surface in apis;
const perMinute: Readonly<Record<Surface, number>> = {
  rest: 4,
  openai: 2.5,
  mention: 6,
  command: 2,
  direct: 3,
  shortcut: 1,
};

/** One working day's stretch of two replicas: traffic that swells, a dead model for a while, a restart. */
class Story {
  private readonly next = random(7);
  private replicas: Replica[];
  private minute = 0;

  constructor(private readonly range: Range) {
    this.replicas = ['10.0.0.11:9090', '10.0.0.12:9090'].map(
      (at) => new Replica(at, range.startSeconds - 86_400),
    );
  }

  /** OpenMetrics text with timestamps. */
  tell(): string {
    const lines = new Map<string, string[]>();
    const { startSeconds, endSeconds, stepSeconds } = this.range;
    for (let time = startSeconds; time <= endSeconds; time += stepSeconds) {
      this.minute = (time - startSeconds) / 60;
      if (this.minute === 150) this.replicas = this.replicas.with(1, new Replica('10.0.0.12:9090', time));
      if (this.minute === 152) this.replicas[0]?.add('slack_asks_taken_over_total', {});
      for (const replica of this.replicas) {
        this.live(replica, stepSeconds / 60);
        this.measure(replica, time);
        for (const [series, value] of replica.samples()) {
          if (!lines.has(series)) lines.set(series, []);
          lines.get(series)?.push(`${series} ${value} ${time}`);
        }
      }
    }
    return `${[...lines.values()].flat().join('\n')}\n# EOF\n`;
  }

  private get outage(): boolean {
    return this.minute >= 235 && this.minute < 255;
  }

  private live(replica: Replica, minutes: number): void {
    const swell = 1 + 0.5 * Math.sin(this.minute / 55);
    for (const surface of ['rest', 'openai', 'mention', 'command', 'direct', 'shortcut'] as const) {
      const count = this.poisson((perMinute[surface] * swell * minutes) / 2);
      for (let ask = 0; ask < count; ask += 1) this.ask(replica, surface);
    }
    if (this.next() < 0.02) replica.add('slack_refused_requests_total', { reason: 'bad_signature' });
    if (this.next() < 0.04) replica.add('slack_duplicate_deliveries_total', {});
  }

  private ask(replica: Replica, surface: Surface): void {
    const found = this.next() < 0.93;
    replica.add('jamie_runbook_searches_total', { result: found ? 'hit' : 'miss' });
    const wrote = this.outage ? this.failingModel(replica) : this.workingModel(replica);
    const answered = wrote > 0 || found;
    replica.add(asks[surface], { status: answered ? 'success' : 'error' });
    this.remember(replica);
    const road = isApi(surface) ? surface : 'slack';
    if (wrote === 0 && answered) replica.add('jamie_degraded_answers_total', { surface: road });
    if (this.next() < 0.08)
      replica.add('jamie_feedback_total', {
        surface: road,
        verdict: this.next() < (wrote > 0 ? 0.88 : 0.6) ? 'good' : 'bad',
      });
    if (isApi(surface))
      this.overHttp(replica, apis[surface], answered ? 200 : 503, wrote === 0 ? 0.4 : wrote);
    else this.overSlack(replica, wrote);
  }

  private workingModel(replica: Replica): number {
    if (this.next() < 0.02) replica.add('ollama_cancelled_total', { model });
    if (this.next() < 0.015) return this.fail(replica, 'OllamaStreamInterrupted', 4);
    const loads = this.next() < 0.01 ? 6 + 9 * this.next() : 0;
    if (loads > 0) replica.observe('ollama_model_load_duration_seconds', { model }, loads);
    const firstToken = this.lognormal(0.3, 0.45) + loads;
    const seconds = firstToken + this.lognormal(1.6, 0.4);
    replica.add('ollama_requests_total', { model, status: 'success' });
    replica.observe('ollama_time_to_first_token_seconds', { model }, firstToken);
    replica.observe('ollama_request_duration_seconds', { model }, seconds);
    replica.observe('ollama_queue_wait_seconds', { model }, this.lognormal(0.02, 1.6));
    replica.add('ollama_tokens_total', { model, kind: 'prompt' }, Math.round(1500 + 900 * this.next()));
    replica.add('ollama_tokens_total', { model, kind: 'completion' }, Math.round(120 + 260 * this.next()));
    return seconds;
  }

  private failingModel(replica: Replica): number {
    if (this.next() < 0.7) {
      replica.add('ollama_requests_total', { model, status: 'rejected' });
      return 0;
    }
    return this.next() < 0.7
      ? this.fail(replica, 'OllamaUnreachable', 0.05)
      : this.fail(replica, 'OllamaTimeout', 120);
  }

  private fail(replica: Replica, error_type: string, seconds: number): number {
    replica.add('ollama_requests_total', { model, status: 'error' });
    replica.add('ollama_errors_total', { model, error_type });
    replica.observe('ollama_request_duration_seconds', { model }, seconds);
    return 0;
  }

  private overHttp(
    replica: Replica,
    { route, requests, duration }: (typeof apis)[Api],
    status: number,
    seconds: number,
  ): void {
    replica.add('http_requests_total', { method: 'POST', route, status });
    replica.observe(duration, {}, seconds);
    if (this.next() > 0.03) return;
    replica.add('http_requests_total', { method: 'POST', route, status: 400 });
    replica.add(requests, { status: 'error' });
    replica.observe(duration, {}, 0.003);
  }

  private overSlack(replica: Replica, wrote: number): void {
    replica.add('slack_api_calls_total', { method: 'chat.postMessage', status: 'success' });
    replica.add('slack_api_calls_total', { method: 'assistant.threads.setStatus', status: 'success' });
    replica.add(
      'slack_api_calls_total',
      { method: 'chat.update', status: 'success' },
      Math.ceil(wrote / 1.5),
    );
    if (this.next() < 0.02) {
      replica.add('slack_api_calls_total', { method: 'chat.update', status: 'rate_limited' });
      replica.add('slack_rate_limit_wait_seconds_total', {}, 1 + Math.round(4 * this.next()));
    }
  }

  /** A question reads and writes its conversation, and takes its place at the model. */
  private remember(replica: Replica): void {
    for (let command = 0; command < 6; command += 1) {
      const late = this.next() < 0.002;
      replica.add('jamie_store_commands_total', { status: late ? 'timeout' : 'success' });
      replica.observe('jamie_store_command_seconds', {}, late ? 0.5 : this.lognormal(0.0009, 0.7));
    }
  }

  private measure(replica: Replica, time: number): void {
    const ageMinutes = Math.max((time - replica.startedAt) / 60, 1);
    replica.set('up', {}, 1);
    replica.set('ollama_breaker_state', { model }, this.outage ? 2 : 0);
    const busy = 0.3 * (1 + 0.5 * Math.sin(this.minute / 55));
    replica.set('ollama_requests_in_flight', { model }, !this.outage && this.next() < busy ? 1 : 0);
    replica.set('ollama_queue_depth', { model }, this.next() < 0.1 ? Math.floor(3 * this.next()) : 0);
    replica.set('jamie_dependency_up', { dependency: 'model' }, this.outage ? 0 : 1);
    replica.set('jamie_dependency_up', { dependency: 'slack' }, 1);
    replica.set('jamie_store_local', {}, this.minute >= 290 && this.minute < 296 ? 1 : 0);
    replica.set('slack_connected', { transport: 'socket' }, 1);
    replica.set('jamie_runbooks_loaded', {}, 153);
    replica.set('jamie_build_info', { version: '0.1.0', commit: 'f6eaec7' }, 1);
    replica.set('process_start_time_seconds', {}, replica.startedAt);
    replica.set(
      'process_resident_memory_bytes',
      {},
      1.05e8 + 1.4e7 * (1 - Math.exp(-ageMinutes / 90)) + 3e6 * this.next(),
    );
    replica.add('process_cpu_seconds_total', {}, 1.2 + 0.6 * this.next());
    replica.set('nodejs_eventloop_lag_p99_seconds', {}, 0.011 + 0.004 * this.next());
    replica.set('scrape_samples_scraped', {}, 610);
    replica.set('scrape_duration_seconds', {}, 0.004 + 0.002 * this.next());
  }

  private poisson(mean: number): number {
    let count = -1;
    for (let product = 1; product > Math.exp(-mean); product *= this.next()) count += 1;
    return count;
  }

  private lognormal(median: number, sigma: number): number {
    const normal = Math.sqrt(-2 * Math.log(this.next() + 1e-12)) * Math.cos(2 * Math.PI * this.next());
    return median * Math.exp(sigma * normal);
  }
}

/** Six hours of two replicas, as Prometheus would have scraped them. */
export const realisticHistory = (range: Range): string => new Story(range).tell();
