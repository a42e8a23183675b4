/**
 * Edits (insert, delete, replace, swap of neighbours) between two words; `most + 1` when there are more than `most`.
 * Optimal string alignment: https://en.wikipedia.org/wiki/Damerau%E2%80%93Levenshtein_distance
 */
export function editDistance(left: string, right: string, most: number): number {
  if (Math.abs(left.length - right.length) > most) return most + 1;
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let row = 1; row <= left.length; row += 1) {
    const current = nextRow(left, right, { row, last, beforeLast });
    if (Math.min(...current) > most) return most + 1;
    beforeLast = last;
    last = current;
  }
  return last[right.length] ?? most + 1;
}

interface Rows {
  readonly row: number;
  readonly last: readonly number[];
  readonly beforeLast: readonly number[];
}

function nextRow(left: string, right: string, { row, last, beforeLast }: Rows): readonly number[] {
  const current = [row];
  for (let column = 1; column <= right.length; column += 1) {
    const replaced = (last[column - 1] ?? 0) + (left[row - 1] === right[column - 1] ? 0 : 1);
    const edited = Math.min(replaced, (last[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1);
    const crossed = left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
    current.push(crossed ? Math.min(edited, (beforeLast[column - 2] ?? 0) + 1) : edited);
  }
  return current;
}
