/** What `POST /chat` takes; characters are code points. */
export const longestMessage = 8000;
export const longestContext = 16_000;
export const mostBodyBytes = 64 * 1024;
