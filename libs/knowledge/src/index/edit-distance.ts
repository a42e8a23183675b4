/** The last three rows of the table, kept from call to call: thousands of words may be compared with one that is unknown. */
let beforeLast: number[] = [];
let last: number[] = [];
let current: number[] = [];

/**
 * Edits (insert, delete, replace, swap of neighbours) between two words; `most + 1` when there are more than `most`.
 * Optimal string alignment: https://en.wikipedia.org/wiki/Damerau%E2%80%93Levenshtein_distance
 */
export function editDistance(left: string, right: string, most: number): number {
  if (Math.abs(left.length - right.length) > most) return most + 1;
  for (let column = 0; column <= right.length; column += 1) last[column] = column;
  for (let row = 1; row <= left.length; row += 1) {
    if (fillRow(left, right, row) > most) return most + 1;
    [beforeLast, last, current] = [last, current, beforeLast];
  }
  return last[right.length] ?? most + 1;
}

/** Fills the current row; answers its least value. */
function fillRow(left: string, right: string, row: number): number {
  current[0] = row;
  let least = row;
  for (let column = 1; column <= right.length; column += 1) {
    const replaced = (last[column - 1] ?? 0) + (left[row - 1] === right[column - 1] ? 0 : 1);
    let edits = Math.min(replaced, (last[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1);
    const crossed = left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
    if (crossed) edits = Math.min(edits, (beforeLast[column - 2] ?? 0) + 1);
    current[column] = edits;
    least = Math.min(least, edits);
  }
  return least;
}
