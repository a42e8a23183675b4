export {
  ollamaAnswer,
  ollamaRefusal,
  type AnswerBehaviour,
  type ChatBody,
  type Ending,
  type Framing,
  type OllamaBehaviour,
  type OllamaScript,
} from './ollama/behaviour';
export { ollamaFailures } from './ollama/failures';
export { type Journal as OllamaJournal, type JournalEntry as OllamaJournalEntry } from './ollama/journal';
export { startOllamaProcess, type OllamaProcess } from './ollama/ollama-process';
export { OllamaStandIn } from './ollama/ollama-stand-in';
export { type OllamaStandInOptions } from './ollama/stand-in-options';
