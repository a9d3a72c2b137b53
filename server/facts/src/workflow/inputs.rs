//! `inputs:` of `on.workflow_call`, `on.workflow_dispatch` and of actions.

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

/// The values that a caller gives, with the defaults of all others; one that is not known is not among them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Given(Vec<(String, Value)>);

impl Given {
    pub(super) fn values(&self) -> &[(String, Value)] {
        &self.0
    }
}

impl Inputs {
    /// What the inputs are for a caller that writes `with`; `fill` gives the value of a text with expressions.
    pub fn given(&self, with: &[(String, String, Span)], fill: &dyn Fn(&str) -> Option<String>) -> Given {
        let value = |input: &Input| {
            let written = with.iter().rev().find(|(name, ..)| name.eq_ignore_ascii_case(&input.name));
            let text = match written {
                Some((_, text, _)) => fill(text)?,
                None => input.default.clone().unwrap_or_default(),
            };
            let is_known = written.is_some() || !text.contains("${{");
            let assumed = self.assumed.iter().find(|(name, _)| *name == input.name).map(|(_, value)| value);
            let value = match (text.as_str(), assumed) {
                ("true" | "false", Some(Value::Bool(_))) => Value::Bool(text == "true"),
                _ => Value::Text(text),
            };
            is_known.then(|| (input.name.clone(), value))
        };
        Given(self.declared.iter().filter_map(value).collect())
    }

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

/// Reads those of an action from the value of its `inputs:`. Each caller says what they are: nothing is assumed.
pub(super) fn of_action<'a>(reader: &Reader<'a>, node: &'a Node) -> Inputs {
    let mut inputs = Inputs::default();
    for entry in reader.entries(node) {
        let Some((name, span)) = text(&entry.key) else { continue };
        let about = reader.entries(&entry.value);
        let default = find(&about, "default").and_then(|entry| reader.follow(&entry.value).str());
        inputs.declared.push(Input { name, span, default: default.map(str::to_owned) });
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
