// Rows of panels about the objective and what Jamie stands on: Slack, Redis, its process.
import { chart } from './panels.mjs';
import { budgetLeft, own, perMinute, quantiles } from './queries.mjs';

export const platformRows = [
  {
    title: 'Objective: 99 % of the questions are answered, over 30 days',
    panels: [
      chart(
        'Burn rate',
        'How many times faster than allowed the error budget is spent. Pages: 14.4 in 1 h, 6 in 6 h. Tickets: 3 in 1 d, 1 in 3 d.',
        {
          unit: 'none',
          queries: ['1h', '6h', '1d', '3d'].map((window) => [
            `${own(`job:jamie_asks_failed:ratio_rate${window}`)} / 0.01`,
            window,
          ]),
          limit: 14.4,
        },
      ),
      chart('Error budget left', 'What is left of the budget of the last 30 days; below 0 it is overdrawn.', {
        min: null,
        unit: 'percentunit',
        queries: [[budgetLeft, 'left']],
      }),
      chart('Dependencies', '1: works. 0: does not. Absent: switched off.', {
        unit: 'none',
        queries: [[`min by (dependency) (${own('jamie_dependency_up')})`, '{{dependency}}']],
        max: 1,
      }),
    ],
  },
  {
    title: 'Slack',
    panels: [
      chart('Calls to Slack', "Calls of Slack's Web API, by method.", {
        unit: 'opm',
        queries: [[`${perMinute('slack_api_calls_total', 'method')} > 0`, '{{method}}']],
        stack: true,
      }),
      chart('Failed calls to Slack', 'Calls that were not answered with ok, by their status.', {
        unit: 'opm',
        queries: [[perMinute('slack_api_calls_total', 'status', 'status!="success"'), '{{status}}']],
      }),
      chart("Waiting for Slack's rate limit", 'Seconds waited in each minute because Slack said 429.', {
        unit: 's',
        queries: [[perMinute('slack_rate_limit_wait_seconds_total'), 'waited']],
      }),
      chart(
        'Deliveries not answered',
        'Duplicates, and requests refused because they were unsigned, stale or forged.',
        {
          unit: 'opm',
          queries: [
            [perMinute('slack_duplicate_deliveries_total'), 'duplicate'],
            [`${perMinute('slack_refused_requests_total', 'reason')} > 0`, '{{reason}}'],
          ],
        },
      ),
      chart('Connection', 'Replicas with a connection to Slack.', {
        unit: 'none',
        queries: [[`sum(${own('slack_connected')})`, 'connected']],
      }),
      chart(
        'Taken over',
        'Questions that a replica which is gone left unfinished, finished by another one.',
        {
          unit: 'opm',
          queries: [[perMinute('slack_asks_taken_over_total'), 'taken over']],
        },
      ),
    ],
  },
  {
    title: 'Shared state (REDIS_URL)',
    panels: [
      chart('Commands to Redis', 'By their end. timeout: no answer within half a second.', {
        unit: 'opm',
        queries: [[perMinute('jamie_store_commands_total', 'status'), '{{status}}']],
        stack: true,
      }),
      chart('Time of a command', 'How long Redis took to answer.', {
        unit: 's',
        queries: quantiles('jamie_store_command_seconds'),
      }),
      chart(
        'State kept apart',
        'Replicas that cannot use Redis and keep state to themselves for now. JamieStoreDown: any, for 5 minutes.',
        { unit: 'none', queries: [[`sum(${own('jamie_store_local')})`, 'replicas']] },
      ),
    ],
  },
  {
    title: 'Process',
    panels: [
      chart('Memory', 'Resident memory of each replica.', {
        unit: 'bytes',
        queries: [[own('process_resident_memory_bytes'), '{{instance}}']],
      }),
      chart('CPU', 'Each replica; 100 % is one core.', {
        unit: 'percentunit',
        queries: [[`rate(${own('process_cpu_seconds_total')}[$__rate_interval])`, '{{instance}}']],
      }),
      chart(
        'Event loop lag, p99',
        "Each replica. Over 100 ms something blocks: probes and Slack's 3 s are at risk.",
        { unit: 's', queries: [[own('nodejs_eventloop_lag_p99_seconds'), '{{instance}}']] },
      ),
      chart('Uptime', 'Time since the start of each replica.', {
        unit: 's',
        queries: [[`time() - ${own('process_start_time_seconds')}`, '{{instance}}']],
      }),
      chart('Samples in a scrape', 'JamieTooManySeries: over 1,500. At 2,000 the scrape is refused.', {
        unit: 'none',
        queries: [[own('scrape_samples_scraped'), '{{instance}}']],
        limit: 1500,
      }),
      chart('Time of a scrape', 'How long Prometheus waited for the metrics of each replica.', {
        unit: 's',
        queries: [[own('scrape_duration_seconds'), '{{instance}}']],
      }),
    ],
  },
];
