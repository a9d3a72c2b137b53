//! The grammar's tree of a script, made within bounds.

use std::cell::RefCell;
use std::ops::ControlFlow;

use tree_sitter::{ParseOptions, Parser, Tree};

thread_local! {
    /// A workflow has hundreds of scripts of one line.
    static PARSER: RefCell<Parser> = RefCell::new(grammars::bash());
}

/// Bounded as `document` bounds its own parses: by the parser's progress reports, one per about 100 steps.
pub(super) fn tree(text: &str) -> Option<Tree> {
    PARSER.with_borrow_mut(|parser| {
        let mut left = 1_000 + text.len() / 50;
        let mut count = |_: &tree_sitter::ParseState| {
            left = left.saturating_sub(1);
            if left == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let options = ParseOptions::new().progress_callback(&mut count);
        let bytes = text.as_bytes();
        let tree = parser.parse_with_options(&mut |at, _| bytes.get(at..).unwrap_or_default(), None, Some(options));
        parser.reset();
        tree
    })
}

/// Every `${{ … }}` as a name of the same length, which is what it will be a part of: raw it is an error. A carriage
/// return before a line feed is a space to the parser: a shell on Windows reads past it.
pub(super) fn mask(script: &str) -> String {
    let mut out = String::with_capacity(script.len());
    let mut rest = script;
    while let Some(at) = rest.find("${{") {
        let (before, expression) = rest.split_at(at);
        out.push_str(before);
        let line = expression.find("}}").map_or(expression.len(), |end| end + 2);
        let (expression, after) = expression.split_at(line);
        out.extend(std::iter::repeat_n('x', expression.len()));
        rest = after;
    }
    out.push_str(rest);
    if out.contains('\r') { out.replace("\\\r\n", " \\\n").replace("\r\n", " \n") } else { out }
}
