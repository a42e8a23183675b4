import type { DependencyStatus } from '@jamie/core';
import { z } from 'zod';
import type { About } from './verdict';

const versionSchema = z.object({ version: z.string() });
const modelsSchema = z.object({ models: z.array(z.object({ name: z.string() })).catch([]) });

/** What three questions to the server brought to light. */
export interface ServerReport {
  readonly version: string;
  readonly installed: readonly string[];
  /** `undefined` when the server does not say. */
  readonly loaded: boolean | undefined;
}

/** `undefined` when this is not Ollama's answer. */
export function versionOf(answer: unknown): string | undefined {
  return versionSchema.safeParse(answer).data?.version;
}

/** Names with their tags; `undefined` when this is not Ollama's answer. */
export function modelsOf(answer: unknown): readonly string[] | undefined {
  return modelsSchema.safeParse(answer).data?.models.map((model) => model.name);
}

/** A name without a tag means `latest`. */
export function includesModel(names: readonly string[], model: string): boolean {
  return names.includes(model) || names.includes(`${model}:latest`);
}

export function goodNews(report: ServerReport, about: About): DependencyStatus {
  const state = report.loaded === false ? 'not loaded yet: the first question waits for that' : 'loaded';
  const heat = report.loaded === undefined ? '' : `, ${state}`;
  return up(`Ollama ${report.version} at ${about.url} has the model ${about.model}${heat}.`);
}

/** The sentence for a server that takes questions and does not answer them. */
export function silence(url: string, milliseconds: number): string {
  return `Ollama at ${url} did not say within ${milliseconds / 1000} s how it is; it may hang, so see its log.`;
}

export function up(detail: string): DependencyStatus {
  return { name: 'model', state: 'up', detail };
}

export function down(detail: string): DependencyStatus {
  return { name: 'model', state: 'down', detail };
}
