import { isJson, type Json } from '../json';
import type { Checker } from './checker';
import { limits } from './limits';

type ElementCheck = (checker: Checker, element: Json, pointer: string) => void;

const button: ElementCheck = (checker, element, pointer) => {
  checker.textObject(element['text'], `${pointer}/text`, { limit: limits.buttonText, kind: 'plain_text' });
  checker.optionalText(element['value'], `${pointer}/value`, limits.buttonValue);
  checker.optionalText(element['url'], `${pointer}/url`, limits.url);
  confirm(checker, element['confirm'], `${pointer}/confirm`);
};

const image: ElementCheck = (checker, element, pointer) => {
  checker.text(element['alt_text'], `${pointer}/alt_text`, limits.altText);
  if (!isJson(element['slack_file'])) {
    checker.text(element['image_url'], `${pointer}/image_url`, limits.imageUrl);
  }
};

const select: ElementCheck = (checker, element, pointer) => {
  if (element['options'] !== undefined) {
    checker.items(element['options'], `${pointer}/options`, limits.options, (option, at) => {
      checker.textObject(option['text'], `${at}/text`, { limit: limits.optionText });
      checker.text(option['value'], `${at}/value`, limits.optionValue);
    });
  }
  confirm(checker, element['confirm'], `${pointer}/confirm`);
};

const feedbackButtons: ElementCheck = (checker, element, pointer) => {
  for (const name of ['positive_button', 'negative_button']) {
    const side = element[name];
    const at = `${pointer}/${name}`;
    if (!isJson(side)) {
      checker.problem('missing required field', at);
      continue;
    }
    checker.textObject(side['text'], `${at}/text`, { limit: limits.buttonText, kind: 'plain_text' });
    checker.text(side['value'], `${at}/value`, limits.buttonValue);
    checker.optionalText(side['accessibility_label'], `${at}/accessibility_label`, limits.buttonText);
  }
};

const iconButton: ElementCheck = (checker, element, pointer) => {
  if (element['icon'] !== 'trash') checker.problem('unsupported icon', `${pointer}/icon`);
  checker.textObject(element['text'], `${pointer}/text`, { limit: limits.buttonText, kind: 'plain_text' });
};

const anything: ElementCheck = () => undefined;

function confirm(checker: Checker, value: unknown, pointer: string): void {
  if (value === undefined) return;
  const dialog = isJson(value) ? value : {};
  checker.textObject(dialog['title'], `${pointer}/title`, { limit: limits.confirmTitle, kind: 'plain_text' });
  checker.textObject(dialog['text'], `${pointer}/text`, { limit: limits.confirmText });
}

const selects = ['static', 'external', 'users', 'conversations', 'channels'];

const checks: Readonly<Record<string, ElementCheck>> = {
  button,
  image,
  overflow: select,
  radio_buttons: select,
  checkboxes: select,
  feedback_buttons: feedbackButtons,
  icon_button: iconButton,
  ...Object.fromEntries(
    selects.flatMap((kind) => [`${kind}_select`, `multi_${kind}_select`].map((name) => [name, select])),
  ),
  plain_text_input: anything,
  rich_text_input: anything,
  email_text_input: anything,
  url_text_input: anything,
  number_input: anything,
  datepicker: anything,
  timepicker: anything,
  datetimepicker: anything,
  file_input: anything,
  workflow_button: anything,
  url_source: anything,
};

/** Elements of an actions, context_actions, input or section block. */
export function checkElement(
  checker: Checker,
  value: unknown,
  pointer: string,
  allowed?: readonly string[],
): void {
  if (!isJson(value)) {
    checker.problem('missing required field', pointer);
    return;
  }
  const type = String(value['type']);
  const check = checks[type];
  if (check === undefined || (allowed !== undefined && !allowed.includes(type))) {
    checker.problem(`unsupported type: ${type}`, `${pointer}/type`);
    return;
  }
  checker.optionalText(value['action_id'], `${pointer}/action_id`, limits.id);
  check(checker, value, pointer);
}
