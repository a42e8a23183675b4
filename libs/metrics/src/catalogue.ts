import type {
  Counter,
  CounterConfiguration,
  Gauge,
  GaugeConfiguration,
  Histogram,
  HistogramConfiguration,
} from 'prom-client';

/**
 * Every metric Jamie records itself: name, meaning, labels, buckets. Node's own `process_*` and `nodejs_*` come from
 * prom-client. Durations are seconds. No label ever holds user text or the id of a user, channel or conversation.
 */
const requestBuckets = [0.1, 0.25, 0.5, 1, 2, 3, 5, 7.5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300];
const firstTokenBuckets = [0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 20, 40, 80, 160];
const storeBuckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5];
const httpBuckets = [0.005, 0.01, 0.025, 0.05, ...requestBuckets];

export const catalogue = {
  ollamaRequests: counter(
    'ollama_requests_total',
    'Attempts at the model that came to an end, retries included; rejected: turned away by our queue or breaker, never sent',
    ['model', 'status'],
  ),
  ollamaRequestDuration: histogram(
    'ollama_request_duration_seconds',
    'Duration of one attempt at the model, successes and errors alike',
    ['model'],
    requestBuckets,
  ),
  ollamaErrors: counter('ollama_errors_total', 'Failed attempts at the model, by the name of the error', [
    'model',
    'error_type',
  ]),
  ollamaCancelled: counter(
    'ollama_cancelled_total',
    'Attempts ended because the caller went away; neither success nor error',
    ['model'],
  ),
  ollamaTimeToFirstToken: histogram(
    'ollama_time_to_first_token_seconds',
    'From sending an attempt to its first text',
    ['model'],
    firstTokenBuckets,
  ),
  ollamaTokens: counter(
    'ollama_tokens_total',
    'Tokens the model counted: read (prompt) and written (completion)',
    ['model', 'kind'],
  ),
  ollamaModelLoadDuration: histogram(
    'ollama_model_load_duration_seconds',
    'Time the server took to load the model, when it had to',
    ['model'],
    firstTokenBuckets,
  ),
  ollamaQueueWait: histogram(
    'ollama_queue_wait_seconds',
    'Time a request waited in our queue before it was sent',
    ['model'],
    httpBuckets,
  ),
  ollamaQueueDepth: gauge('ollama_queue_depth', 'Requests waiting in our queue now', ['model']),
  ollamaRequestsInFlight: gauge('ollama_requests_in_flight', 'Requests at the model now', ['model']),
  ollamaBreakerState: gauge('ollama_breaker_state', 'Circuit breaker: 0 closed, 1 half-open, 2 open', [
    'model',
  ]),

  slackMentions: counter(
    'slack_mentions_total',
    'Mentions and thread messages, when finished; error: only an apology',
    ['status'],
  ),
  slackSlashCommands: counter(
    'slack_slash_commands_total',
    'Slash commands, when finished; error: only an apology',
    ['status'],
  ),
  slackDirectMessages: counter(
    'slack_direct_messages_total',
    'Direct messages, when finished; error: only an apology',
    ['status'],
  ),

  slackShortcuts: counter(
    'slack_shortcuts_total',
    'Message shortcuts, when finished; error: only an apology',
    ['status'],
  ),
  slackConnected: gauge('slack_connected', 'Whether Slack is reached: 1 or 0; absent while Slack is off', [
    'transport',
  ]),
  slackApiCalls: counter('slack_api_calls_total', "Calls to Slack's Web API, retries included", [
    'method',
    'status',
  ]),
  slackRateLimitWait: counter(
    'slack_rate_limit_wait_seconds_total',
    'Seconds that calls were held back because Slack asked for it',
    [],
  ),
  slackDuplicateDeliveries: counter(
    'slack_duplicate_deliveries_total',
    'Deliveries of an event that had been taken before',
    [],
  ),
  slackRefusedRequests: counter(
    'slack_refused_requests_total',
    'Requests and asks from Slack, or from somebody who claims to be Slack, that were refused',
    ['reason'],
  ),
  slackFeedback: counter('slack_feedback_total', 'Clicks on the feedback buttons below answers', ['verdict']),

  apiChatRequests: counter('api_chat_requests_total', 'POST /chat: success for 200, error for all else', [
    'status',
  ]),
  apiChatRequestDuration: histogram(
    'api_chat_request_duration_seconds',
    'Duration of POST /chat, whatever became of it',
    [],
    requestBuckets,
  ),
  openaiChatRequests: counter(
    'openai_chat_requests_total',
    'POST /v1/chat/completions: success for an answer, error for all else',
    ['status'],
  ),
  openaiChatRequestDuration: histogram(
    'openai_chat_request_duration_seconds',
    'Duration of POST /v1/chat/completions, whatever became of it',
    [],
    requestBuckets,
  ),
  httpRequests: counter('http_requests_total', 'Every response of both ports; 499: the client left first', [
    'method',
    'route',
    'status',
  ]),
  httpRequestDuration: histogram(
    'http_request_duration_seconds',
    'Duration of every request of both ports',
    ['method', 'route'],
    httpBuckets,
  ),

  dependencyUp: gauge(
    'jamie_dependency_up',
    'Whether a configured dependency works: 1 or 0; absent while switched off',
    ['dependency'],
  ),
  storeLocal: gauge(
    'jamie_store_local',
    'Whether Redis cannot be used and state is kept in the process for now: 1 or 0',
    [],
  ),
  storeCommands: counter('jamie_store_commands_total', 'Commands to Redis; timeout: no answer in time', [
    'status',
  ]),
  storeCommandDuration: histogram(
    'jamie_store_command_seconds',
    'Duration of one command to Redis, whatever became of it',
    [],
    storeBuckets,
  ),
  asksTakenOver: counter(
    'slack_asks_taken_over_total',
    'Asks that a replica that is gone left unfinished, taken over by this one',
    [],
  ),
  degradedAnswers: counter(
    'jamie_degraded_answers_total',
    'Answers given without the model, which should have given them',
    ['surface'],
  ),
  feedback: counter('jamie_feedback_total', 'Feedback on answers, by the road on which it came', [
    'surface',
    'verdict',
  ]),
  feedbackLost: counter(
    'jamie_feedback_lost_total',
    'Feedback that FEEDBACK_FILE should have kept and that could not be written',
    [],
  ),
  runbooksLoaded: gauge('jamie_runbooks_loaded', 'Runbooks in the search index', []),
  runbooksBroken: gauge('jamie_runbooks_broken', 'Runbook files skipped because they could not be read', []),
  runbookSearches: counter(
    'jamie_runbook_searches_total',
    'Searches in the runbooks, by whether anything fitted',
    ['result'],
  ),
  buildInfo: gauge('jamie_build_info', 'Always 1; the labels say which build runs', ['version', 'commit']),
};

type Definition =
  | { readonly kind: 'counter'; readonly options: CounterConfiguration<string> }
  | { readonly kind: 'gauge'; readonly options: GaugeConfiguration<string> }
  | { readonly kind: 'histogram'; readonly options: HistogramConfiguration<string> };

type MetricOf<D extends Definition> = D extends { kind: 'counter' }
  ? Counter
  : D extends { kind: 'gauge' }
    ? Gauge
    : Histogram;

/** The catalogue, alive: one metric for each entry. */
export type Metrics = { readonly [Name in keyof typeof catalogue]: MetricOf<(typeof catalogue)[Name]> };

function counter(name: string, help: string, labelNames: string[]) {
  return { kind: 'counter', options: { name, help, labelNames } } as const;
}

function gauge(name: string, help: string, labelNames: string[]) {
  return { kind: 'gauge', options: { name, help, labelNames } } as const;
}

function histogram(name: string, help: string, labelNames: string[], buckets: number[]) {
  return { kind: 'histogram', options: { name, help, labelNames, buckets } } as const;
}
