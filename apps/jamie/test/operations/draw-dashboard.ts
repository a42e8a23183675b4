/**
 * Draws the dashboard over an invented day into docs/images/dashboard.png, to look at without Grafana:
 * npx ts-node --transpile-only apps/jamie/test/operations/draw-dashboard.ts
 * Needs Debian's prometheus and librsvg2-bin.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dashboard, linesOf, panels } from './support/dashboard';
import { realisticHistory } from './support/history';
import { drawing } from './support/picture';
import { Prometheus } from './support/prometheus';
import { at } from './support/repository';

async function main(): Promise<void> {
  // Always the same day: the picture changes only when the dashboard does.
  const endSeconds = Date.UTC(2026, 0, 15, 16, 0) / 1000;
  const range = { startSeconds: endSeconds - 6 * 3600, endSeconds, stepSeconds: 60 };
  const prometheus = await Prometheus.start();
  try {
    await prometheus.backfill(realisticHistory(range), range);
    const lines = await Promise.all(panels.map((panel) => linesOf(panel, prometheus, range)));
    const linesById = new Map(panels.map(({ id }, index) => [id, lines[index] ?? []]));
    const svg = drawing(dashboard, linesById, range);
    mkdirSync(at('docs/images'), { recursive: true });
    execFileSync('rsvg-convert', ['--output', at('docs/images/dashboard.png')], { input: svg });
  } finally {
    await prometheus.stop();
  }
}

void main();
