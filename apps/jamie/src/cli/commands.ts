import type { Command } from './command';

export interface CommandEntry {
  /** The words after `jamie`. */
  readonly name: string;
  readonly summary: string;
  /** Reads the command from disk only when it is called: `jamie ask` must begin at once. */
  readonly load: () => Promise<Command>;
}

/** Everything that `jamie` can do, in the order of its help. A command of two words stands beside its siblings. */
export const commands: readonly CommandEntry[] = [
  {
    name: 'ask',
    summary: 'ask a running Jamie, or with --local the model and runbooks themselves',
    load: async () => (await import('./ask/ask-command.js')).askCommand,
  },
  {
    name: 'runbooks list',
    summary: 'list all runbooks, here or at a running Jamie',
    load: async () => (await import('./runbooks/list-command.js')).listCommand,
  },
  {
    name: 'runbooks search',
    summary: 'find runbooks, here or at a running Jamie',
    load: async () => (await import('./runbooks/search-command.js')).searchCommand,
  },
  {
    name: 'runbooks show',
    summary: 'show a runbook',
    load: async () => (await import('./runbooks/show-command.js')).showCommand,
  },
  {
    name: 'eval export',
    summary: 'make questions out of feedback, to measure the search with',
    load: async () => (await import('./eval/export-command.js')).exportCommand,
  },
  {
    name: 'doctor',
    summary: 'check settings, model, Slack, Redis, runbooks and ports, and say how to repair them',
    load: async () => (await import('./doctor/doctor-command.js')).doctorCommand,
  },
];
