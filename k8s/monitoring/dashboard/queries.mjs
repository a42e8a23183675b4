// PromQL that several panels need.

export const own = (metric, labels = '') => `${metric}{job="$job"${labels && `,${labels}`}}`;
/** Events per minute, by these labels. A chatbot's rates per second would all read 0.0something. */
export const perMinute = (metric, by = '', labels = '') =>
  `60 * sum${by && ` by (${by})`} (rate(${own(metric, labels)}[$__rate_interval]))`;
export const quantiles = (metric) =>
  [0.5, 0.95, 0.99].map((q) => [
    `histogram_quantile(${q}, sum by (le) (rate(${own(`${metric}_bucket`)}[$__rate_interval])))`,
    `p${q * 100}`,
  ]);
const month = (records) => `sum_over_time(${own(records)}[30d:15m])`;
export const budgetLeft = `1 - (${month('job:jamie_asks_failed:increase1h')} / (${month('job:jamie_asks:increase1h')} > 0)) / 0.01`;
const judged = (labels) => `sum by (surface) (increase(${own('jamie_feedback_total', labels)}[1d]))`;
export const helpful = `${judged('verdict="good"')} / (${judged('')} > 0)`;
export const surfaces = [
  ['api_chat_requests_total', 'REST'],
  ['openai_chat_requests_total', 'OpenAI'],
  ['slack_mentions_total', 'mentions'],
  ['slack_slash_commands_total', 'commands'],
  ['slack_direct_messages_total', 'direct'],
  ['slack_shortcuts_total', 'shortcuts'],
];
export const asked = 'route!~"/health.*|/metrics"';
