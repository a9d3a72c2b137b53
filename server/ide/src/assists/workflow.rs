//! The list of assists for workflows. A new one is a file in `workflow/` and a word here; what several of them share
//! (`group`: which sessions may overlap, `layout`: how steps and jobs are written, `style`: how the file indents) stands
//! beside them.

pub(crate) mod group;
pub(crate) mod layout;
pub(crate) mod style;

mod apart;
mod artifacts;
mod background_script;
mod braces;
mod checkout_folder;
mod gate;
mod gate_runner;
mod include_cells;
mod instances;
pub(crate) mod interpreters;
mod job_text;
mod kept_back;
mod lifted;
mod matrix_cells;
mod matrix_values;
mod needs_list;
mod one_cell;
mod only_cell;
mod relative_files;
mod report_job;
mod sent;
mod settings_lines;
mod split_plan;
mod step_condition;
mod threshold;
mod together;
pub(crate) mod ways;

assists![
    use_parallel_steps,
    use_nox_parallel,
    use_background_processes,
    split_into_jobs,
    split_into_matrix,
    split_by_python,
    lift_out_of_matrix,
    use_dynamic_matrix,
    drop_needless_needs,
    combine_coverage,
    merge_identical_jobs,
    add_gate_job,
];

/// What stands in the way of a proof, all of it.
fn joined(caveats: impl IntoIterator<Item = Option<String>>) -> Option<String> {
    caveats.into_iter().flatten().reduce(|all, more| format!("{all}; {more}"))
}
