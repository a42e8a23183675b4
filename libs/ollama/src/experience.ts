import type { DependencyStatus, ModelMessage } from '@jamie/core';
import { Injectable } from '@nestjs/common';
import type { Completion } from './answer-reader';
import { judge } from './failures';
import { Gate } from './gate';
import { InputBudget } from './input-budget';
import { down } from './server-report';
import { ServerWatch } from './server-watch';
import type { Trouble } from './trouble';
import type { Verdict } from './verdict';
import { WarmUp } from './warm-up';

/** Spreads what was learned from each attempt: to the breaker, the warm-up, the watch and the budget. */
@Injectable()
export class Experience {
  constructor(
    private readonly gate: Gate,
    private readonly warmUp: WarmUp,
    private readonly watch: ServerWatch,
    private readonly budget: InputBudget,
  ) {}

  /** What is known without asking. A hanging server answers the watch well, so the breaker has the first word. */
  get status(): DependencyStatus {
    const reason = this.gate.closedBecause;
    return reason === undefined ? this.watch.status : down(reason);
  }

  /** True while nothing is to be sent: no use in asking again. */
  get gaveUp(): boolean {
    return this.gate.closedBecause !== undefined;
  }

  get inputBudgetCharacters(): number {
    return this.budget.characters();
  }

  /** Asks the server now; never throws. */
  async check(signal: AbortSignal): Promise<DependencyStatus> {
    await this.watch.check(signal);
    return this.status;
  }

  completed(messages: readonly ModelMessage[], completion: Completion): void {
    this.gate.succeeded();
    this.warmUp.markWarm();
    this.watch.answered();
    this.budget.learn(charactersOf(messages), completion.usage.promptTokens);
  }

  /** What the failure means; asks for the installed models when ours is missing. */
  async failed(messages: readonly ModelMessage[], trouble: Trouble, signal: AbortSignal): Promise<Verdict> {
    const verdict = await this.judge(trouble, signal);
    const { error, overflow } = verdict;
    if (verdict.modelLost) this.warmUp.markCold();
    if (overflow)
      this.budget.overflowed(charactersOf(messages), overflow.promptTokens, overflow.contextTokens);
    if (verdict.serverFault) this.gate.failed(error.message);
    if (verdict.serverFault || error.code === 'OllamaModelNotFound') this.watch.failed(error.message);
    return verdict;
  }

  private async judge(trouble: Trouble, signal: AbortSignal): Promise<Verdict> {
    const verdict = judge(trouble, this.watch.about);
    if (verdict.error.code !== 'OllamaModelNotFound') return verdict;
    const installed = await this.watch.installed(signal);
    return installed ? judge(trouble, { ...this.watch.about, installed }) : verdict;
  }
}

function charactersOf(messages: readonly ModelMessage[]): number {
  return messages.reduce((sum, message) => sum + message.content.length, 0);
}
