// The server hands out the package's own file under this name; see web-files.ts.
export { lexer, type MarkedToken, type Token, type Tokens } from 'marked';
