// What the dashboard shows: rows of panels, each with what it says, its unit, its queries and their legends.
import { answerRows } from './answer-rows.mjs';
import { platformRows } from './platform-rows.mjs';

export const rows = [...answerRows, ...platformRows];
