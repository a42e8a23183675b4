import type { ModelMessage } from '@jamie/core';
import { Inject, Injectable } from '@nestjs/common';
import { OLLAMA_SETTINGS, type OllamaSettings } from './ollama-options';

/**
 * Bodies for `/api/chat`. All of them carry the same runner options: another `num_ctx` or `shift` would make the server
 * load the model anew. `truncate: false` and `shift: false` make it refuse a prompt that does not fit, instead of
 * dropping parts of it in silence.
 */
@Injectable()
export class ChatRequests {
  private readonly loadBody: Buffer;
  private readonly probeBody: Buffer;
  private chatHead: string;

  constructor(@Inject(OLLAMA_SETTINGS) private readonly settings: OllamaSettings) {
    this.loadBody = Buffer.from(`${this.head({})}[]}`);
    this.probeBody = Buffer.from(`${this.head({ num_predict: 1 })}[{"role":"user","content":"ping"}]}`);
    // Asked to think or not, models that can do so think by default, which nobody waits for here.
    this.chatHead = this.head({}, { think: false });
  }

  chat(messages: readonly ModelMessage[]): Buffer {
    return Buffer.from(`${this.chatHead}${JSON.stringify(messages)}}`);
  }

  /** Without messages the model is only loaded. */
  load(): Buffer {
    return this.loadBody;
  }

  /** The shortest question that needs a real answer. */
  probe(): Buffer {
    return this.probeBody;
  }

  /** For servers that do not know the field `think`: it is left out from now on. */
  withoutThink(): void {
    this.chatHead = this.head({});
  }

  /** Everything before the value of `messages`, which comes last. */
  private head(options: object, extra: object = {}): string {
    const { model, numCtx, numPredict, temperature, keepAlive } = this.settings;
    const body = {
      model,
      stream: true,
      truncate: false,
      shift: false,
      keep_alive: keepAliveOf(keepAlive),
      options: { num_ctx: numCtx, num_predict: numPredict, temperature, ...options },
      ...extra,
    };
    return `${JSON.stringify(body).slice(0, -1)},"messages":`;
  }
}

/** The server takes a number as seconds, and refuses the same number as text. */
function keepAliveOf(text: string): string | number {
  const seconds = Number(text);
  return text.trim() !== '' && Number.isFinite(seconds) ? seconds : text;
}
