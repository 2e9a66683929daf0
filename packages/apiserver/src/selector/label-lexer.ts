/** A word, a sign (one of `! = == != , ( ) < > in notin`), or the end of the text. */
export interface Token {
  readonly kind: 'word' | 'sign' | 'end';
  readonly text: string;
}

const SIGNS = new Set(['=', '!', '(', ')', ',', '>', '<']);
const SPACE = /\s/;

export function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let position = 0;
  while (position < text.length) {
    const character = text.charAt(position);
    if (SPACE.test(character)) {
      position += 1;
      continue;
    }
    const token = SIGNS.has(character) ? sign(text, position) : word(text, position);
    tokens.push(token);
    position += token.text.length;
  }
  return tokens;
}

function sign(text: string, position: number): Token {
  const pair = text.slice(position, position + 2);
  return { kind: 'sign', text: pair === '==' || pair === '!=' ? pair : text.charAt(position) };
}

function word(text: string, position: number): Token {
  let end = position;
  while (end < text.length && !SIGNS.has(text.charAt(end)) && !SPACE.test(text.charAt(end))) end += 1;
  const found = text.slice(position, end);
  return { kind: found === 'in' || found === 'notin' ? 'sign' : 'word', text: found };
}
