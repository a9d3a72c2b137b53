//! Time over size as a picture: both axes logarithmic, so that what is linear is a line at 45 degrees.

use std::fmt::Write as _;

/// Points of one kind: size in bytes and milliseconds.
pub(crate) struct Curve {
    pub(crate) name: &'static str,
    pub(crate) colour: &'static str,
    pub(crate) points: Vec<(f64, f64)>,
}

const LEFT: f64 = 60.0;
const TOP: f64 = 20.0;
/// Of a factor of ten.
const DECADE: f64 = 110.0;
const X: (i32, i32) = (3, 7);
const Y: (i32, i32) = (-2, 3);

/// The picture as SVG.
pub(crate) fn svg(curves: &[Curve]) -> String {
    let (width, height) = (f64::from(X.1 - X.0) * DECADE, f64::from(Y.1 - Y.0) * DECADE);
    let x = |bytes: f64| LEFT + (bytes.log10() - f64::from(X.0)) * DECADE;
    let y = |ms: f64| TOP + height - (ms.log10() - f64::from(Y.0)) * DECADE;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {} {}\" font-family=\"sans-serif\" font-size=\"12\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n",
        LEFT + width + 220.0,
        TOP + height + 50.0
    );
    for (power, label) in (X.0..=X.1).zip(["1 kB", "10 kB", "100 kB", "1 MB", "10 MB"]) {
        let at = x(10_f64.powi(power));
        let _ = writeln!(out, "<path d=\"M{at} {TOP}v{height}\" stroke=\"#ddd\"/>");
        let _ = writeln!(out, "<text x=\"{at}\" y=\"{}\" text-anchor=\"middle\">{label}</text>", TOP + height + 18.0);
    }
    for (power, label) in (Y.0..=Y.1).zip(["0.01 ms", "0.1 ms", "1 ms", "10 ms", "100 ms", "1 s"]) {
        let at = y(10_f64.powi(power));
        let _ = writeln!(out, "<path d=\"M{LEFT} {at}h{width}\" stroke=\"#ddd\"/>");
        let _ = writeln!(out, "<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{label}</text>", LEFT - 6.0, at + 4.0);
    }
    for (row, curve) in (0_i32..).zip(curves) {
        let points: Vec<String> =
            curve.points.iter().map(|(bytes, ms)| format!("{:.1},{:.1}", x(*bytes), y(*ms))).collect();
        let (colour, at) = (curve.colour, TOP + 14.0 + f64::from(row) * 20.0);
        let _ = writeln!(
            out,
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>",
            points.join(" ")
        );
        for point in &points {
            let (x, y) = point.split_once(',').unwrap_or_default();
            let _ = writeln!(out, "<circle cx=\"{x}\" cy=\"{y}\" r=\"3\" fill=\"{colour}\"/>");
        }
        let legend = LEFT + width + 12.0;
        let _ = writeln!(out, "<text x=\"{legend}\" y=\"{at}\" fill=\"{colour}\">{}</text>", curve.name);
    }
    let _ = writeln!(out, "<text x=\"{LEFT}\" y=\"{}\">size of the file</text>\n</svg>", TOP + height + 40.0);
    out
}
