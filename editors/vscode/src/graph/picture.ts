// A run as a picture: a bar for each session over time, arrows for what waits for what, the critical path marked.
// Text in, SVG out; colours are the theme's.
import type { Plan, PlannedSession } from "../protocol";
import { duration } from "../run/text";

const ROW = 34;
const BAR = 20;
const HEAD = 28;
const WIDTH = 760;
const CHARACTER = 7.3;

export function picture(plan: Plan): string {
  const rows = new Map(plan.sessions.map((session, row) => [session.session, { session, row }]));
  const label = 24 + CHARACTER * Math.max(7, ...plan.sessions.map(({ session }) => Math.min(session.length, 40)));
  const whole = Math.max(1, ...plan.sessions.map(({ end }) => end));
  const x = (seconds: number) => label + (seconds / whole) * WIDTH;
  const y = (row: number) => HEAD + row * ROW + ROW / 2;
  const bars = plan.sessions.map((session, row) => bar(session, x, y(row)));
  const arrows = plan.sessions.flatMap((to) =>
    to.after.flatMap((name) => {
      const from = rows.get(name);
      const target = rows.get(to.session);
      return from && target ? arrow(x(from.session.end), y(from.row), x(to.start), y(target.row), isCritical(from.session) && isCritical(to)) : [];
    }),
  );
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((part) => tick(x(part * whole), part * whole, HEAD + plan.sessions.length * ROW));
  const [width, height] = [label + WIDTH + 90, HEAD + plan.sessions.length * ROW + 12];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="Timeline of ${plan.sessions.length} sessions">`,
    '<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0 8 4 0 8z" class="head"/></marker></defs>',
    ...ticks,
    ...arrows,
    ...bars,
    "</svg>",
  ].join("\n");
}

export function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}

function isCritical(session: PlannedSession): boolean {
  return session.slack === 0;
}

function bar(session: PlannedSession, x: (seconds: number) => number, y: number): string {
  const [left, right] = [x(session.start), x(session.end)];
  const name = session.session.length > 40 ? `${session.session.slice(0, 39)}…` : session.session;
  const takes = duration(session.end - session.start);
  const slack = isCritical(session) ? "on the critical path" : `${duration(session.slack)} slack`;
  return [
    `<g class="session${isCritical(session) ? " critical" : ""}" data-session="${escape(session.session)}">`,
    `<title>${escape(`${session.session}: ${takes}, ${slack}${session.after.length ? `, after ${session.after.join(", ")}` : ""}`)}</title>`,
    `<text x="8" y="${y + 4}">${escape(name)}</text>`,
    `<rect x="${round(left)}" y="${y - BAR / 2}" width="${round(Math.max(3, right - left))}" height="${BAR}" rx="4"/>`,
    `<text class="time" x="${round(right + 6)}" y="${y + 4}">${takes}</text>`,
    "</g>",
  ].join("");
}

function arrow(x1: number, y1: number, x2: number, y2: number, critical: boolean): string {
  const bend = Math.max(12, (x2 - x1) / 2);
  return `<path class="arrow${critical ? " critical" : ""}" marker-end="url(#head)" d="M${round(x1)} ${y1}C${round(x1 + bend)} ${y1} ${round(x2 - bend)} ${y2} ${round(x2)} ${y2}"/>`;
}

function tick(x: number, seconds: number, bottom: number): string {
  return `<g class="tick"><line x1="${round(x)}" y1="${HEAD - 6}" x2="${round(x)}" y2="${bottom}"/><text x="${round(x)}" y="${HEAD - 12}">${duration(seconds)}</text></g>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
