//! The graph as a picture of its own: for each file a Gantt chart of earliest starts, with arrows for the order that is
//! needed, what bounds the time in a colour of its own, and slack as a pale end. No script, no font, no network.

use std::collections::BTreeMap;
use std::fmt::Write;

use ide::{Graph, GraphEdge, words};
use model::Estimate;

use super::drawn;

/// Pixels: width of the chart, of the names in front of it, height of a row, of a bar, space around all.
const CHART: f64 = 640.0;
const NAMES: f64 = 260.0;
const ROW: f64 = 24.0;
const BAR: f64 = 14.0;
const SPACE: f64 = 16.0;
/// Characters of a name that fit in front of the chart.
const NAME_LENGTH: usize = 36;
/// Marks on the time axis at most.
const MARKS: f64 = 8.0;

const STYLE: &str = "text{font:12px system-ui,sans-serif;fill:#24292f}.title{font-weight:600}.dim{fill:#6e7781}\
.bar{fill:#54aeff}.critical{fill:#e16f24}.slack{fill:#54aeff;opacity:.2}.mark{stroke:#d0d7de}\
.edge{fill:none;stroke:#6e7781}.tip{fill:#6e7781}@media(prefers-color-scheme:dark){text{fill:#e6edf3}\
.dim{fill:#8d96a0}.mark{stroke:#30363d}.edge{stroke:#8d96a0}.tip{fill:#8d96a0}}";

/// A document; an empty picture where there is nothing to draw.
pub(super) fn text(graph: &Graph) -> String {
    let charts: Vec<Chart> = charts(graph).into_iter().filter(|chart| !chart.rows.is_empty()).collect();
    let height = SPACE + charts.iter().map(Chart::height).sum::<f64>();
    let width = NAMES + CHART + 2.0 * SPACE;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
         height=\"{height}\">\n<style>{STYLE}</style>\n<defs><marker id=\"tip\" viewBox=\"0 0 6 6\" refX=\"6\" refY=\"3\" \
         markerWidth=\"6\" markerHeight=\"6\" orient=\"auto\"><path class=\"tip\" d=\"M0 0L6 3L0 6z\"/></marker></defs>\n"
    );
    let mut top = SPACE;
    for chart in &charts {
        chart.draw(&mut out, top);
        top += chart.height();
    }
    out.push_str("</svg>\n");
    out
}

/// Text that stands between tags or in an attribute.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// One file's bars.
struct Chart<'a> {
    title: &'a str,
    rows: Vec<Row<'a>>,
    edges: Vec<&'a GraphEdge>,
}

struct Row<'a> {
    name: &'a str,
    estimate: &'a Estimate,
    slack: f64,
    is_critical: bool,
    /// Earliest, seconds.
    start: f64,
}

impl Row<'_> {
    fn end(&self) -> f64 {
        self.start + self.estimate.seconds.max(0.0)
    }
}

fn charts(graph: &Graph) -> Vec<Chart<'_>> {
    let noxfiles = graph.noxfiles.iter().map(|noxfile| {
        let rows = noxfile.sessions.iter();
        let rows = rows.map(|it| Row {
            name: &it.name,
            estimate: &it.estimate,
            slack: it.slack,
            is_critical: it.is_critical,
            start: 0.0,
        });
        Chart::new(&noxfile.path, rows.collect(), drawn(&noxfile.edges))
    });
    let workflows = graph.workflows.iter().map(|workflow| {
        let rows = workflow.jobs.iter();
        let rows = rows.map(|it| Row {
            name: &it.id,
            estimate: &it.estimate,
            slack: it.slack,
            is_critical: it.is_critical,
            start: 0.0,
        });
        Chart::new(&workflow.path, rows.collect(), drawn(&workflow.edges))
    });
    noxfiles.chain(workflows).collect()
}

impl<'a> Chart<'a> {
    /// Rows stand by their earliest start, as far as the order that is needed allows; what lies on a circle stays put.
    fn new(title: &'a str, mut rows: Vec<Row<'a>>, edges: Vec<&'a GraphEdge>) -> Self {
        let places: BTreeMap<&str, usize> = rows.iter().enumerate().map(|(at, row)| (row.name, at)).collect();
        for _ in 0..rows.len() {
            let mut has_moved = false;
            for edge in &edges {
                let (Some(&from), Some(&to)) = (places.get(edge.from.as_str()), places.get(edge.to.as_str())) else {
                    continue;
                };
                let end = rows.get(from).map_or(0.0, Row::end);
                if let Some(row) = rows.get_mut(to).filter(|row| row.start < end) {
                    row.start = end;
                    has_moved = true;
                }
            }
            if !has_moved {
                break;
            }
        }
        rows.sort_by(|a, b| a.start.total_cmp(&b.start).then(b.end().total_cmp(&a.end())));
        Self { title, rows, edges }
    }

    fn height(&self) -> f64 {
        // A line for the title, one for the axis, one of space.
        (self.rows.len() as f64 + 3.0) * ROW
    }

    fn length(&self) -> f64 {
        self.rows.iter().map(Row::end).fold(1.0, f64::max)
    }

    fn draw(&self, out: &mut String, top: f64) {
        let length = self.length();
        let x = |seconds: f64| SPACE + NAMES + CHART * (seconds / length).clamp(0.0, 1.0);
        let y = |row: usize| top + ROW * (row as f64 + 2.0);
        let bottom = y(self.rows.len());
        // Writing into a string cannot fail.
        let title = format!("{}: {} with enough machines", self.title, words::duration(length));
        let _ = writeln!(out, "<text class=\"title\" x=\"{SPACE}\" y=\"{:.1}\">{}</text>", top + 12.0, escaped(&title));
        let step = step(length);
        let marks = std::iter::successors(Some(0.0), |mark| Some(mark + step)).take_while(|mark| *mark <= length);
        for mark in marks {
            let (at, label) = (x(mark), words::duration(mark));
            let _ = writeln!(
                out,
                "<path class=\"mark\" d=\"M{at:.1} {:.1}V{bottom:.1}\"/>\
                 <text class=\"dim\" x=\"{at:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{label}</text>",
                y(0) - 4.0,
                y(0) - 8.0
            );
        }
        for (at, row) in self.rows.iter().enumerate() {
            row.draw(out, &x, y(at));
        }
        let places: BTreeMap<&str, usize> = self.rows.iter().enumerate().map(|(at, row)| (row.name, at)).collect();
        for edge in &self.edges {
            let (Some(&from), Some(&to)) = (places.get(edge.from.as_str()), places.get(edge.to.as_str())) else {
                continue;
            };
            let (Some(before), Some(after)) = (self.rows.get(from), self.rows.get(to)) else { continue };
            let (x1, y1, x2, y2) = (x(before.end()), y(from) + ROW / 2.0, x(after.start), y(to) + ROW / 2.0);
            let _ = writeln!(
                out,
                "<path class=\"edge\" marker-end=\"url(#tip)\" d=\"M{x1:.1} {y1:.1}C{:.1} {y1:.1} {:.1} {y2:.1} {x2:.1} \
                 {y2:.1}\"><title>{}</title></path>",
                x1 + 12.0,
                x2 - 12.0,
                escaped(&edge.reason)
            );
        }
    }
}

impl Row<'_> {
    fn draw(&self, out: &mut String, x: &impl Fn(f64) -> f64, top: f64) {
        let class = if self.is_critical { "bar critical" } else { "bar" };
        let (start, end, late) = (x(self.start), x(self.end()), x(self.end() + self.slack.max(0.0)));
        let (bar, text) = (top + (ROW - BAR) / 2.0, top + ROW / 2.0 + 4.0);
        let mut name: String = self.name.chars().take(NAME_LENGTH).collect();
        if name.len() < self.name.len() {
            name.push('…');
        }
        let time = words::estimate(self.estimate);
        let slack = match self.is_critical {
            true => "on the critical path".to_owned(),
            false => format!("may start {} later", words::duration(self.slack)),
        };
        let told = escaped(&format!("{}: {time}, {slack}", self.name));
        let width = (end - start).max(2.0);
        let _ = writeln!(
            out,
            "<g><title>{told}</title><text x=\"{SPACE}\" y=\"{text:.1}\">{}</text><text class=\"dim\" x=\"{:.1}\" \
             y=\"{text:.1}\" text-anchor=\"end\">{time}</text><rect class=\"slack\" x=\"{end:.1}\" y=\"{bar:.1}\" \
             width=\"{:.1}\" height=\"{BAR}\"/><rect class=\"{class}\" x=\"{start:.1}\" y=\"{bar:.1}\" width=\"{width:.1}\" \
             height=\"{BAR}\" rx=\"2\"/></g>",
            escaped(&name),
            SPACE + NAMES - 8.0,
            (late - end).max(0.0)
        );
    }
}

/// Seconds between marks of an axis of `length` seconds: as people count time.
fn step(length: f64) -> f64 {
    let steps = [1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0, 7200.0, 21_600.0];
    steps.into_iter().find(|step| length / step <= MARKS).unwrap_or(length / MARKS)
}

#[cfg(test)]
mod tests {
    use model::Source;

    use super::*;

    #[test]
    fn a_bar_starts_where_what_it_needs_ends() {
        let estimate = |seconds| Estimate { seconds, low: seconds, high: seconds, source: Source::Guess };
        let (ten, five) = (estimate(10.0), estimate(5.0));
        let row = |name, estimate| Row { name, estimate, slack: 0.0, is_critical: false, start: 0.0 };
        let edge = |from: &str, to: &str| GraphEdge {
            from: from.to_owned(),
            to: to.to_owned(),
            kind: "requires",
            evidence: "declared",
            reason: String::new(),
            is_needed: true,
            is_implied: false,
            place: None,
        };
        let (edges, circle) = ([edge("a", "b"), edge("b", "c")], [edge("a", "b"), edge("b", "a")]);
        let rows = || vec![row("c", &five), row("b", &five), row("a", &ten)];
        let starts = |chart: Chart<'_>| {
            chart.rows.iter().map(|row| format!("{} {}", row.name, row.start)).collect::<Vec<_>>().join(", ")
        };
        assert_eq!(starts(Chart::new("x", rows(), edges.iter().collect())), "a 0, b 10, c 15");
        assert!(Chart::new("x", rows(), circle.iter().collect()).length().is_finite());
    }

    #[test]
    fn names_are_text() {
        assert_eq!(escaped("t(a='<&>', b=\"x\")"), "t(a='&lt;&amp;&gt;', b=&quot;x&quot;)");
    }
}
