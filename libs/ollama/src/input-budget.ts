import { Inject, Injectable } from '@nestjs/common';
import { OLLAMA_SETTINGS, type OllamaSettings } from './ollama-options';

/** Careful start: English text has about four characters per token, logs and code about three. */
const initialCharactersPerToken = 3;
const leastCharactersPerToken = 0.5;
const mostCharactersPerToken = 5;
/** Shorter prompts consist mostly of the template's own tokens and say little. */
const leastTokensToLearnFrom = 100;
/** Above this the count cannot be that of the whole prompt: some servers leave cached tokens out. */
const implausibleCharactersPerToken = 12;
const reserve = 0.1;

/** How much text fits into the model's context, from what its tokens were measured to hold. */
@Injectable()
export class InputBudget {
  private charactersPerToken = initialCharactersPerToken;
  private contextTokens: number;

  constructor(@Inject(OLLAMA_SETTINGS) private readonly settings: OllamaSettings) {
    this.contextTokens = settings.numCtx;
  }

  /** (context - longest answer - 10 %) x measured characters per token; never below 10 % of the context. */
  characters(): number {
    const spare = this.contextTokens * reserve;
    const tokens = Math.max(spare, this.contextTokens - this.settings.numPredict - spare);
    return Math.floor(tokens * this.charactersPerToken);
  }

  /** A request that fitted. Tokens that hold less count at once, tokens that hold more only little by little. */
  learn(characters: number, promptTokens: number): void {
    if (promptTokens < leastTokensToLearnFrom) return;
    const measured = characters / promptTokens;
    if (measured > implausibleCharactersPerToken) return;
    const weight = measured < this.charactersPerToken ? 0.5 : 0.1;
    this.set(this.charactersPerToken + (measured - this.charactersPerToken) * weight);
  }

  /** A request that did not fit. Models trained on less than `num_ctx` say here how much they have. */
  overflowed(characters: number, promptTokens: number, contextTokens: number): void {
    if (contextTokens > 0) this.contextTokens = Math.min(this.settings.numCtx, contextTokens);
    if (promptTokens > 0) this.set(Math.min(this.charactersPerToken, characters / promptTokens));
    else if (characters <= this.characters()) this.set(this.charactersPerToken * 0.8);
  }

  private set(charactersPerToken: number): void {
    this.charactersPerToken = Math.min(
      mostCharactersPerToken,
      Math.max(leastCharactersPerToken, charactersPerToken),
    );
  }
}
