//! `inputs:` of `on.workflow_call` and `on.workflow_dispatch`.

use syntax::Span;
use syntax::yaml::Node;

use super::job::is_set;
use super::reader::{Reader, find, text};
use super::value::Value;

/// The inputs of a workflow.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Inputs {
    /// Each with its place and its default, as it is written.
    pub declared: Vec<Input>,
    /// The values that are assumed.
    assumed: Vec<(String, Value)>,
}

/// One input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// Its name.
    pub name: String,
    /// Where that stands.
    pub span: Span,
    /// `default:`.
    pub default: Option<String>,
}

impl Inputs {
    /// The default of every input that has one, where a trigger with inputs is the only way to start the workflow:
    /// whoever pushes gives no inputs at all.
    pub(super) fn assumed(&self) -> &[(String, Value)] {
        &self.assumed
    }

    /// An input that two triggers declare differently is not known.
    fn assume(&mut self, name: &str, value: Value) {
        match self.assumed.iter().position(|(known, _)| known.eq_ignore_ascii_case(name)) {
            Some(at) if self.assumed.get(at).is_some_and(|(_, known)| *known != value) => {
                self.assumed.remove(at);
            }
            Some(_) => {}
            None => self.assumed.push((name.to_owned(), value)),
        }
    }
}

/// Reads them from the value of `on:`.
pub(super) fn read<'a>(reader: &Reader<'a>, on: &'a Node) -> Inputs {
    let mut inputs = Inputs::default();
    let triggers = reader.entries(on);
    for key in ["workflow_call", "workflow_dispatch"] {
        let Some(trigger) = find(&triggers, key) else { continue };
        let entries = reader.entries(&trigger.value);
        let Some(declared) = find(&entries, "inputs") else { continue };
        for entry in reader.entries(&declared.value) {
            let Some((name, span)) = text(&entry.key) else { continue };
            let about = reader.entries(&entry.value);
            let value = |key: &str| find(&about, key).map(|entry| reader.follow(&entry.value));
            if let Some(value) = assumed(reader, value("default"), value("type").and_then(Node::str), value("required"))
            {
                inputs.assume(&name, value);
            }
            inputs.declared.push(Input {
                name,
                span,
                default: value("default").and_then(Node::str).map(str::to_owned),
            });
        }
    }
    if !triggers.iter().all(|it| matches!(it.key.str(), Some("workflow_call" | "workflow_dispatch"))) {
        inputs.assumed.clear();
    }
    inputs
}

/// What an input is when nobody says otherwise; nothing when somebody must.
fn assumed<'a>(
    reader: &Reader<'a>,
    default: Option<&'a Node>,
    kind: Option<&str>,
    required: Option<&'a Node>,
) -> Option<Value> {
    let value = default.map(|node| Value::of(reader, node));
    match (value, kind) {
        (Some(value), Some("boolean" | "number")) => Some(value),
        (Some(value), _) => Some(Value::Text(value.text())),
        (None, _) if required.is_some_and(is_set) => None,
        (None, Some("boolean")) => Some(Value::Bool(false)),
        (None, Some("number")) => Some(Value::Number(0.0)),
        (None, _) => Some(Value::Text(String::new())),
    }
}
