import { brief, isJson, objectsIn, textField, type Json } from '../json';
import { passagesIn } from '../world/text';
import { ApiError } from '../web-api/api-error';
import { Checker } from './checker';
import { checkElement } from './elements';
import { limits } from './limits';

export type BlockSurface = 'message' | 'modal' | 'home';

type BlockCheck = (checker: Checker, block: Json, pointer: string) => void;

const section: BlockCheck = (checker, block, pointer) => {
  if (block['text'] === undefined && block['fields'] === undefined) {
    checker.problem('missing required field: text', pointer);
  }
  if (block['text'] !== undefined) {
    checker.textObject(block['text'], `${pointer}/text`, { limit: limits.sectionText });
  }
  if (block['fields'] !== undefined) {
    checker.items(block['fields'], `${pointer}/fields`, limits.sectionFields, (field, at) =>
      checker.textObject(field, at, { limit: limits.sectionField }),
    );
  }
  if (block['accessory'] !== undefined) checkElement(checker, block['accessory'], `${pointer}/accessory`);
};

const header: BlockCheck = (checker, block, pointer) =>
  checker.textObject(block['text'], `${pointer}/text`, { limit: limits.header, kind: 'plain_text' });

const context: BlockCheck = (checker, block, pointer) =>
  checker.items(block['elements'], `${pointer}/elements`, limits.context, (element, at) => {
    if (element['type'] === 'image') checkElement(checker, element, at);
    else checker.textObject(element, at, { limit: limits.sectionText });
  });

const actions: BlockCheck = (checker, block, pointer) => {
  const seen = new Set<unknown>();
  checker.items(block['elements'], `${pointer}/elements`, limits.actions, (element, at) => {
    checkElement(checker, element, at);
    const id = element['action_id'];
    if (id !== undefined && seen.has(id)) checker.problem(`action_id ${brief(id)} already exists`, at);
    seen.add(id);
  });
};

const contextActions: BlockCheck = (checker, block, pointer) =>
  checker.items(block['elements'], `${pointer}/elements`, limits.contextActions, (element, at) =>
    checkElement(checker, element, at, ['feedback_buttons', 'icon_button']),
  );

const image: BlockCheck = (checker, block, pointer) => checkElement(checker, block, pointer);

const markdown: BlockCheck = (checker, block, pointer) => {
  const text = block['text'];
  if (typeof text !== 'string' || text === '') checker.problem('missing required field', `${pointer}/text`);
};

const table: BlockCheck = (checker, block, pointer) => {
  const rows = block['rows'];
  if (!Array.isArray(rows) || rows.length === 0) {
    checker.problem('no less than 1 items allowed', `${pointer}/rows`);
    return;
  }
  if (rows.length > limits.tableRows) {
    checker.problem(`no more than ${limits.tableRows} items allowed`, `${pointer}/rows`);
  }
  rows.forEach((row: unknown, index) => tableRow(checker, row, `${pointer}/rows/${index}`));
};

function tableRow(checker: Checker, row: unknown, pointer: string): void {
  const cells: readonly unknown[] = Array.isArray(row) ? row : [];
  if (cells.length === 0) checker.problem('no less than 1 items allowed', pointer);
  if (cells.length > limits.tableColumns) {
    checker.problem(`no more than ${limits.tableColumns} items allowed`, pointer);
  }
  cells.forEach((cell, column) => {
    const empty = isJson(cell) && cell['type'] === 'raw_text' && !textField(cell, 'text');
    if (!isJson(cell) || empty)
      checker.problem('must be more than 0 characters', `${pointer}/${column}/text`);
  });
}

const richText: BlockCheck = (checker, block, pointer) => {
  if (!Array.isArray(block['elements'])) checker.problem('missing required field', `${pointer}/elements`);
};

const taskCard: BlockCheck = (checker, block, pointer) => {
  checker.text(block['task_id'], `${pointer}/task_id`, limits.id);
  checker.text(block['title'], `${pointer}/title`, limits.taskField);
};

const plan: BlockCheck = (checker, block, pointer) => {
  checker.text(block['title'], `${pointer}/title`, limits.taskField);
  for (const [index, task] of objectsIn(block['tasks']).entries()) {
    taskCard(checker, task, `${pointer}/tasks/${index}`);
  }
};

const input: BlockCheck = (checker, block, pointer) => {
  checker.textObject(block['label'], `${pointer}/label`, { limit: limits.buttonValue, kind: 'plain_text' });
  checkElement(checker, block['element'], `${pointer}/element`);
};

const anything: BlockCheck = () => undefined;

const everywhere: Readonly<Record<string, BlockCheck>> = {
  section,
  header,
  context,
  actions,
  image,
  rich_text: richText,
  input,
  divider: anything,
  video: anything,
};

// docs.slack.dev marks these as for messages only.
const inMessages: Readonly<Record<string, BlockCheck>> = {
  ...everywhere,
  markdown,
  table,
  context_actions: contextActions,
  task_card: taskCard,
  plan,
  alert: anything,
  card: anything,
  carousel: anything,
  container: anything,
  data_table: anything,
  data_visualization: anything,
  file: anything,
};

/** @throws ApiError invalid_blocks, msg_too_long or msg_blocks_too_long, as Slack names them. */
export function checkBlocks(blocks: readonly Json[], surface: BlockSurface): void {
  const checker = new Checker();
  const known = surface === 'message' ? inMessages : everywhere;
  const most = surface === 'message' ? limits.blocksInMessage : limits.blocksInView;
  if (blocks.length > most) checker.problem(`no more than ${most} items allowed`, '/blocks');
  blocks.forEach((block, index) => {
    const pointer = `/blocks/${index}`;
    const check = known[String(block['type'])];
    checker.uniqueId(block['block_id'], `${pointer}/block_id`, 'block_id');
    if (check === undefined) checker.problem(`unsupported type: ${String(block['type'])}`, `${pointer}/type`);
    else check(checker, block, pointer);
  });
  if (checker.problems.length > 0) throw invalidBlocks(checker.problems);
  checkTotals(blocks);
}

function checkTotals(blocks: readonly Json[]): void {
  const lengthOf = (type?: string): number =>
    blocks
      .filter((block) => type === undefined || block['type'] === type)
      .flatMap((block) => passagesIn(block, ''))
      .reduce((sum, { text }) => sum + text.length, 0);
  if (lengthOf('markdown') > limits.markdown) throw new ApiError('msg_too_long');
  if (lengthOf('table') > limits.tableText) throw invalidBlocks(['table text is too long']);
  if (lengthOf() > limits.allText) throw new ApiError('msg_blocks_too_long');
}

function invalidBlocks(problems: readonly string[]): ApiError {
  return new ApiError('invalid_blocks', {
    errors: [...problems],
    response_metadata: { messages: problems.map((problem) => `[ERROR] ${problem}`) },
  });
}
