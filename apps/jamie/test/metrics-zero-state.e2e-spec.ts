import { modelErrorCodes } from '@jamie/core';
import type { Samples } from '@jamie/testing';
import { startTestJamie } from './harness';

/** The first scrape of a Jamie that has done nothing. */
let samples: Samples;
beforeAll(async () => {
  const jamie = await startTestJamie();
  samples = await jamie.metrics();
  await jamie.close();
});

const at0 = (series: string): void => {
  expect([series, samples.get(series)]).toEqual([series, 0]);
};

describe('the first scrape', () => {
  it('has every outcome of the model at 0', () => {
    for (const status of ['success', 'error', 'rejected']) {
      at0(`ollama_requests_total{model="bruno-sre",status="${status}"}`);
    }
    for (const type of modelErrorCodes) at0(`ollama_errors_total{model="bruno-sre",error_type="${type}"}`);
    at0('ollama_cancelled_total{model="bruno-sre"}');
    at0('ollama_request_duration_seconds_count{model="bruno-sre"}');
    at0('ollama_request_duration_seconds_bucket{le="300",model="bruno-sre"}');
  });

  it('has every surface at 0', () => {
    for (const surface of [
      'slack_mentions',
      'slack_slash_commands',
      'slack_direct_messages',
      'api_chat_requests',
      'openai_chat_requests',
    ]) {
      at0(`${surface}_total{status="success"}`);
      at0(`${surface}_total{status="error"}`);
    }
    at0('api_chat_request_duration_seconds_count');
    at0('jamie_degraded_answers_total{surface="rest"}');
    at0('openai_chat_request_duration_seconds_count');
    at0('jamie_degraded_answers_total{surface="openai"}');
    at0('jamie_degraded_answers_total{surface="slack"}');
    for (const verdict of ['good', 'bad']) {
      at0(`jamie_feedback_total{surface="rest",verdict="${verdict}"}`);
      at0(`jamie_feedback_total{surface="slack",verdict="${verdict}"}`);
    }
    at0('jamie_feedback_lost_total');
  });

  it('has the known responses of every route at 0', () => {
    for (const status of [200, 400, 401, 413, 415, 429, 499, 500, 503, 504]) {
      at0(`http_requests_total{method="POST",route="/chat",status="${status}"}`);
    }
    at0('http_requests_total{method="GET",route="unmatched",status="404"}');
    at0('http_requests_total{method="GET",route="/metrics",status="200"}');
    at0('http_request_duration_seconds_bucket{le="0.005",method="POST",route="/chat"}');
  });

  it('says which build runs, how many runbooks it knows, and how its dependencies are', () => {
    expect(
      [...samples.keys()].filter((series) => series.startsWith('jamie_build_info{version="')),
    ).toHaveLength(1);
    expect(samples.get('jamie_runbooks_loaded')).toBeGreaterThanOrEqual(60);
    expect(samples.get('jamie_runbooks_broken')).toBe(0);
    expect(samples.get('jamie_dependency_up{dependency="model"}')).toBe(0);
    expect(samples.get('jamie_dependency_up{dependency="store"}')).toBe(1);
    expect(samples.has('jamie_dependency_up{dependency="slack"}')).toBe(false);
  });

  it.each([
    [
      'ollama_request_duration_seconds',
      [0.1, 0.25, 0.5, 1, 2, 3, 5, 7.5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300],
    ],
    ['ollama_time_to_first_token_seconds', [0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 20, 40, 80, 160]],
  ])('%s has the agreed buckets', (name, buckets) => {
    const found = [...samples.keys()]
      .filter((series) => series.startsWith(`${name}_bucket{`) && !series.includes('+Inf'))
      .map((series) => Number(/le="([^"]+)"/.exec(series)?.[1]));
    expect(found).toEqual(buckets);
  });
});
