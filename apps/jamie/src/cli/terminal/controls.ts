// Everything by which text could move the cursor, fill the clipboard, or show itself in another order than it has.
// oxlint-disable-next-line no-control-regex
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
// ECMA-48: control sequences, and strings such as titles and links up to their end.
// oxlint-disable-next-line no-control-regex
const sequences = /\u001b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[ -/]*[0-~])/gu;

/** Text that others wrote, harmless on a terminal: line ends and tabs stay, all other control characters go. */
export function withoutControls(text: string): string {
  return text.replaceAll(controls, '');
}

/** Also takes away whole sequences, as programs write them to colour their output. */
export function withoutSequences(text: string): string {
  return withoutControls(text.replaceAll(sequences, ''));
}
