//! A composite action, read as a workflow of one job without a machine of its own: its inputs and steps.

use syntax::{Document, Span};

use super::job::{self, Around};
use super::reader::{self, Reader};
use super::{Inputs, RunDefaults, WorkflowFacts, inputs, runs};
use crate::Forge;
use crate::noxfile::Surroundings;
use crate::repository::Repository;

/// Reads an action (`action.yml`). One that is not composite has no job.
pub fn read_action(document: &Document, forge: Forge, surroundings: &dyn Surroundings) -> WorkflowFacts {
    let repository = Repository::new(surroundings);
    let mut facts = WorkflowFacts::empty(forge);
    if let Some(root) = document.yaml().roots.first() {
        let reader = Reader::new(root, forge);
        let entries = reader.entries(root);
        facts.name = reader::find(&entries, "name").and_then(|entry| reader::text(reader.follow(&entry.value)));
        facts.inputs =
            reader::find(&entries, "inputs").map(|entry| inputs::of_action(&reader, &entry.value)).unwrap_or_default();
        if let Some(runs) = reader::find(&entries, "runs") {
            let around = Around {
                repository: &repository,
                env: &[],
                defaults: &RunDefaults::default(),
                inputs: &Inputs::default(),
            };
            facts.jobs.extend(job::read(&reader, runs, &around));
            facts.jobs_span = Some(Span::empty(runs.span().start));
        }
        runs::judge(&mut facts);
    }
    WorkflowFacts { reads: repository.into_reads(), ..facts }
}
