// A text after edits that speak of it as it was.

export interface SpanEdit {
  start: number;
  end: number;
  newText: string;
}

/** Edits at one place keep the order of the list, as the protocol has it. */
export function applied(text: string, edits: readonly SpanEdit[]): string {
  const sorted = edits.map((edit, at) => ({ ...edit, at })).sort((a, b) => a.start - b.start || a.end - b.end || a.at - b.at);
  let out = "";
  let done = 0;
  for (const { start, end, newText } of sorted) {
    out += text.slice(done, start) + newText;
    done = end;
  }
  return out + text.slice(done);
}
