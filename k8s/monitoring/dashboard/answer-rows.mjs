// Rows of panels about questions, answers and the model.
import { chart, stat } from './panels.mjs';
import { asked, budgetLeft, helpful, own, perMinute, quantiles, surfaces } from './queries.mjs';

const breaker = [
  { value: 0, text: 'closed', color: 'green' },
  { value: 1, text: 'half-open', color: 'yellow' },
  { value: 2, text: 'open', color: 'red' },
];

export const answerRows = [
  {
    title: 'Now',
    height: 4,
    panels: [
      stat('Replicas up', 'Replicas that answer Prometheus.', {
        unit: 'none',
        query: `sum(${own('up')})`,
        steps: {
          red: 0,
          green: 1,
        },
      }),
      stat(
        'Answered, 3 days',
        'Share of questions that got an answer, from the model or the runbooks. Objective: 99 %.',
        {
          unit: 'percentunit',
          query: `1 - ${own('job:jamie_asks_failed:ratio_rate3d')}`,
          steps: { red: 0, orange: 0.98, green: 0.99 },
          decimals: 2,
        },
      ),
      stat(
        'Error budget left, 30 days',
        'What is left of the 1 % of questions that may stay without an answer.',
        { unit: 'percentunit', query: budgetLeft, steps: { red: 0, orange: 0.25, green: 0.5 }, decimals: 0 },
      ),
      stat(
        'Model errors',
        'Share of failed requests to the model, last 5 minutes. JamieHighErrorRate: over 10 %. Empty: nothing was asked.',
        {
          unit: 'percentunit',
          query: `max(${own('job_model:ollama_attempts_failed:ratio_rate5m')})`,
          steps: { green: 0, orange: 0.05, red: 0.1 },
          decimals: 1,
          noValue: 'idle',
        },
      ),
      stat(
        'Model p95',
        '95th percentile of the response time of the model, last 5 minutes. JamieSlowResponses: over 5 s.',
        {
          unit: 's',
          query: `max(${own('job_model:ollama_request_duration_seconds:p95_rate5m')} >= 0)`,
          steps: { green: 0, orange: 3, red: 5 },
          decimals: 1,
          noValue: 'idle',
        },
      ),
      stat('Breaker', 'The circuit breaker in front of the model; the worst of all replicas.', {
        unit: 'none',
        query: `max(${own('ollama_breaker_state')})`,
        steps: { green: 0, yellow: 1, red: 2 },
        mappings: breaker,
      }),
      stat('Connected to Slack', 'Replicas with a connection to Slack.', {
        unit: 'none',
        query: `sum(${own('slack_connected')})`,
        steps: { red: 0, green: 1 },
        noValue: 'off',
      }),
      stat('Runbooks', 'Runbooks in the search index; the least of all replicas.', {
        unit: 'none',
        query: `min(${own('jamie_runbooks_loaded')})`,
        steps: { red: 0, green: 1 },
      }),
    ],
  },
  {
    title: 'Questions',
    panels: [
      chart('Questions by surface', 'Questions that came to an end, by the way they came in.', {
        unit: 'opm',
        queries: surfaces.map(([metric, name]) => [perMinute(metric), name]),
        stack: true,
      }),
      chart(
        'Questions without an answer',
        "REST and OpenAI's API: whatever was not a 200, clients' faults (4xx) too. Slack: the asker got only an apology.",
        {
          unit: 'opm',
          queries: surfaces.map(([metric, name]) => [perMinute(metric, '', 'status="error"'), name]),
        },
      ),
      chart('Degraded answers', 'Answers from the runbooks because the model could not give them.', {
        unit: 'opm',
        queries: [[perMinute('jamie_degraded_answers_total', 'surface'), '{{surface}}']],
      }),
      chart(
        'POST /chat: time to the whole answer',
        'From the request to the last byte, waiting in the queue included.',
        { unit: 's', queries: quantiles('api_chat_request_duration_seconds') },
      ),
      chart("OpenAI's API: time to the whole answer", 'The same for POST /v1/chat/completions.', {
        unit: 's',
        queries: quantiles('openai_chat_request_duration_seconds'),
      }),
      chart(
        'HTTP responses by status',
        'Both ports, without probes and scrapes. 499: the client left first.',
        {
          unit: 'opm',
          queries: [[`${perMinute('http_requests_total', 'status', asked)} > 0`, '{{status}}']],
        },
      ),
      chart(
        'Runbook searches',
        'Searches that found a runbook, and those that did not: topics to write about.',
        { unit: 'opm', queries: [[perMinute('jamie_runbook_searches_total', 'result'), '{{result}}']] },
      ),
      chart('Feedback', 'Answers that people judged, by their verdict.', {
        unit: 'opm',
        queries: [[perMinute('jamie_feedback_total', 'verdict'), '{{verdict}}']],
        stack: true,
      }),
      chart(
        'Helpful',
        'Share of the judged answers that were judged good, last 24 hours, by the way the question came in.',
        {
          unit: 'percentunit',
          max: 1,
          queries: [[helpful, '{{surface}}']],
        },
      ),
    ],
  },
  {
    title: 'Model',
    panels: [
      chart(
        'Response time of the model',
        'One request to the model, success or error, until its last token. The largest bucket is 300 s.',
        { unit: 's', queries: quantiles('ollama_request_duration_seconds'), limit: 5 },
      ),
      chart(
        'Time to first token',
        'From sending a request to its first text. High with a low load: the model is being loaded, or the prompt is long.',
        { unit: 's', queries: quantiles('ollama_time_to_first_token_seconds') },
      ),
      chart(
        'Requests to the model',
        "By their end. rejected: turned away by Jamie's queue or breaker; cancelled: the asker left.",
        {
          unit: 'opm',
          queries: [
            [perMinute('ollama_requests_total', 'status'), '{{status}}'],
            [perMinute('ollama_cancelled_total'), 'cancelled'],
          ],
          stack: true,
        },
      ),
      chart('Errors by type', 'Failed requests to the model, by the name of the error.', {
        unit: 'opm',
        queries: [[perMinute('ollama_errors_total', 'error_type'), '{{error_type}}']],
        stack: true,
      }),
      chart('Queue', 'Requests at the model and waiting for it, all replicas together.', {
        unit: 'none',
        queries: [
          [`sum(${own('ollama_requests_in_flight')})`, 'in flight'],
          [`sum(${own('ollama_queue_depth')})`, 'waiting'],
        ],
      }),
      chart(
        'Time in the queue',
        'How long requests waited before they were sent. After 30 s (OLLAMA_QUEUE_TIMEOUT_MS) they are rejected.',
        { unit: 's', queries: quantiles('ollama_queue_wait_seconds') },
      ),
      chart('Breaker', 'The worst of all replicas, by model: 0 closed, 1 half-open, 2 open.', {
        unit: 'none',
        queries: [[`max by (model) (${own('ollama_breaker_state')})`, '{{model}}']],
        mappings: breaker,
        max: 2,
      }),
      chart('Tokens', 'Tokens read (prompt) and written (completion) in a minute.', {
        unit: 'short',
        queries: [[perMinute('ollama_tokens_total', 'kind'), '{{kind}}']],
      }),
      chart(
        'Model loads',
        'How often the server had to load the model. Often: it is unloaded in between, or evicted by other models.',
        {
          unit: 'opm',
          queries: [[perMinute('ollama_model_load_duration_seconds_count', 'model'), '{{model}}']],
        },
      ),
    ],
  },
];
