/** What a shell makes of a command line. */
export interface ShellWord {
  text: string;
  /** Whether a variable stands in it that only the writer's shell knows. */
  hasVariable: boolean;
}

export interface ShellLine {
  words: ShellWord[];
  /** Whether something came after the first command: a pipe, a redirection, another command. */
  more: boolean;
  /** A quote that was not closed. */
  open: boolean;
}

const escapes: Record<string, string> = {
  a: '\x07', b: '\b', e: '\x1b', E: '\x1b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '\\': '\\', "'": "'", '"': '"', '?': '?',
};

class Reader {
  position = 0;

  constructor(readonly text: string) {}

  get done(): boolean {
    return this.position >= this.text.length;
  }

  peek(ahead = 0): string {
    return this.text[this.position + ahead] ?? '';
  }

  take(): string {
    return this.text[this.position++] ?? '';
  }

  match(pattern: RegExp): string | undefined {
    const sticky = new RegExp(pattern, 'y');
    sticky.lastIndex = this.position;
    const found = sticky.exec(this.text)?.[0];
    if (found !== undefined) this.position += found.length;
    return found;
  }
}

/** The inside of `$'…'`, ANSI-C quoting, up to and with the closing quote. */
function ansi(reader: Reader): { text: string; open: boolean } {
  let text = '';
  while (!reader.done) {
    const letter = reader.take();
    if (letter === "'") return { text, open: false };
    if (letter !== '\\') {
      text += letter;
      continue;
    }
    const octal = reader.match(/[0-7]{1,3}/);
    const hex = octal === undefined ? reader.match(/x[0-9a-fA-F]{1,2}|u[0-9a-fA-F]{1,4}|U[0-9a-fA-F]{1,8}/) : undefined;
    if (octal !== undefined) text += String.fromCharCode(parseInt(octal, 8) & 0xff);
    else if (hex !== undefined) text += String.fromCodePoint(Math.min(parseInt(hex.slice(1), 16), 0x10ffff));
    else {
      const escaped = reader.take();
      text += escapes[escaped] ?? `\\${escaped}`;
    }
  }
  return { text, open: true };
}

/** The inside of `"…"`, up to and with the closing quote. */
function double(reader: Reader): { text: string; open: boolean; hasVariable: boolean } {
  let text = '';
  let hasVariable = false;
  while (!reader.done) {
    const letter = reader.take();
    if (letter === '"') return { text, open: false, hasVariable };
    if (letter === '\\' && '$`"\\'.includes(reader.peek()) && reader.peek() !== '') text += reader.take();
    else if (letter === '\\' && reader.peek() === '\n') reader.take();
    else {
      hasVariable ||= letter === '`' || (letter === '$' && /[\w{(]/.test(reader.peek()));
      text += letter;
    }
  }
  return { text, open: true, hasVariable };
}

/** Splits a POSIX shell's command line: quotes, `$'…'`, escapes, line continuations (also `^` of Windows' prompt). */
export function splitShell(command: string): ShellLine {
  const reader = new Reader(command.replaceAll('\r\n', '\n'));
  const words: ShellWord[] = [];
  let word: ShellWord | undefined;
  let open = false;
  const add = (text: string, hasVariable = false): void => {
    word ??= { text: '', hasVariable: false };
    word.text += text;
    word.hasVariable ||= hasVariable;
  };
  const end = (): void => {
    if (word !== undefined) words.push(word);
    word = undefined;
  };

  while (!reader.done) {
    if (reader.match(/[\\^`]\n/) !== undefined) continue;
    const letter = reader.take();
    if (letter === "'") {
      const closing = reader.text.indexOf("'", reader.position);
      open ||= closing < 0;
      add(reader.text.slice(reader.position, closing < 0 ? undefined : closing));
      reader.position = closing < 0 ? reader.text.length : closing + 1;
    } else if (letter === '"') {
      const inside = double(reader);
      open ||= inside.open;
      add(inside.text, inside.hasVariable);
    } else if (letter === '$' && reader.peek() === "'") {
      reader.take();
      const inside = ansi(reader);
      open ||= inside.open;
      add(inside.text);
    } else if (letter === '\\') {
      add(reader.take());
    } else if (/\s/.test(letter)) {
      end();
      // A line that is over ends the command, unless nothing but white space follows.
      if (letter === '\n' && words.length > 0 && /\S/.test(reader.text.slice(reader.position))) return { words, more: true, open };
    } else if ('|;&<>'.includes(letter)) {
      end();
      return { words, more: reader.text.slice(reader.position).trim() !== '' || letter !== ';', open };
    } else if (letter === '#' && word === undefined) {
      reader.match(/[^\n]*/);
    } else {
      add(letter, letter === '`' || (letter === '$' && /[\w{(]/.test(reader.peek())));
    }
  }
  end();
  return { words, more: false, open };
}
