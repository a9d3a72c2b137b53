//! A project's settings as far as they move the files that tools read and write: `pyproject.toml` and its relatives.

use toml::{Table, Value};

mod hooks;
mod wheels;

pub use hooks::Hook;
pub use wheels::Wheels;

/// What the settings say. Paths are relative to the file's folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProjectFacts {
    /// `[build-system] build-backend`.
    pub build_backend: Option<String>,
    /// For which Pythons its wheel is good.
    pub wheels: Wheels,
    /// `[tool.coverage.run] data_file`.
    pub coverage_data_file: Option<String>,
    /// `[tool.coverage.run] parallel`.
    pub coverage_parallel: bool,
    /// `[tool.coverage.report] fail_under`.
    pub coverage_fail_under: Option<String>,
    /// `[tool.coverage.run] relative_files`.
    pub coverage_relative_files: bool,
    /// `[tool.coverage.xml] output`, `html` `directory`, `json` `output`, by report name.
    pub coverage_outputs: Vec<(String, String)>,
    /// pytest's `addopts`, split into words.
    pub pytest_addopts: Vec<String>,
    /// pytest's `cache_dir`.
    pub pytest_cache_dir: Option<String>,
    /// `[tool.mypy] cache_dir`.
    pub mypy_cache_dir: Option<String>,
    /// `[tool.ruff] cache-dir`.
    pub ruff_cache_dir: Option<String>,
    /// `[tool.ruff] fix = true`: plain `ruff check` rewrites sources.
    pub ruff_fix: bool,
    /// `site_dir` of `mkdocs.yml`.
    pub mkdocs_site: Option<String>,
    /// `output-dir` of `robot.toml`.
    pub robot_output: Option<String>,
    /// behave's `junit_directory`, where it is asked for JUnit files.
    pub behave_junit: Option<String>,
    /// The hooks of `.pre-commit-config.yaml`; `None`: there is no such file, or it cannot be read.
    pub hooks: Option<Vec<Hook>>,
    /// `[tool.noxflow]`, as text, for the settings of the app.
    pub noxflow: Option<String>,
}

/// Settings files, the strongest first: coverage.py asks `.coveragerc` first and `pyproject.toml` last; pytest and ruff
/// have a like order. The others say what no other file says.
pub const FILES: [&str; 13] = [
    ".coveragerc",
    "pytest.ini",
    ".ruff.toml",
    "ruff.toml",
    "mypy.ini",
    "setup.cfg",
    "tox.ini",
    "pyproject.toml",
    "behave.ini",
    ".behaverc",
    "robot.toml",
    "mkdocs.yml",
    ".pre-commit-config.yaml",
];

/// Reads the file called `name` (a path or its last part). What cannot be parsed says nothing.
pub fn read(name: &str, text: &str) -> ProjectFacts {
    let name = name.rsplit('/').next().unwrap_or(name);
    match name {
        "mkdocs.yml" => ProjectFacts { mkdocs_site: hooks::top_level(text, "site_dir"), ..ProjectFacts::default() },
        ".pre-commit-config.yaml" => ProjectFacts { hooks: hooks::read(text), ..ProjectFacts::default() },
        "ruff.toml" | ".ruff.toml" | "robot.toml" => own_toml(name, text),
        _ if name.ends_with(".toml") => pyproject(text),
        _ => ini(name, text),
    }
}

/// Files of one tool, whose settings have no table above them.
fn own_toml(name: &str, text: &str) -> ProjectFacts {
    let Ok(root) = text.parse::<Table>() else { return ProjectFacts::default() };
    let string = |key: &str| root.get(key).and_then(scalar);
    match name {
        "robot.toml" => ProjectFacts { robot_output: string("output-dir"), ..ProjectFacts::default() },
        _ => ProjectFacts {
            ruff_cache_dir: string("cache-dir"),
            ruff_fix: root.get("fix").and_then(Value::as_bool).unwrap_or(false),
            ..ProjectFacts::default()
        },
    }
}

fn pyproject(text: &str) -> ProjectFacts {
    let Ok(root) = text.parse::<Table>() else { return ProjectFacts::default() };
    let at = |path: &[&str]| {
        let (last, parents) = path.split_last()?;
        let mut table = &root;
        for parent in parents {
            table = table.get(*parent)?.as_table()?;
        }
        table.get(*last)
    };
    let string = |path: &[&str]| at(path).and_then(scalar);
    let truth = |path: &[&str]| at(path).and_then(Value::as_bool).unwrap_or(false);
    let mut outputs = Vec::new();
    for (report, key) in OUTPUTS {
        outputs.extend(string(&["tool", "coverage", report, key]).map(|path| (report.to_owned(), path)));
    }
    // pytest 9 also reads `[tool.pytest]`, with real lists.
    let pytest = |key: &str| at(&["tool", "pytest", "ini_options", key]).or_else(|| at(&["tool", "pytest", key]));
    ProjectFacts {
        build_backend: string(&["build-system", "build-backend"]),
        wheels: wheels::of(&root),
        coverage_data_file: string(&["tool", "coverage", "run", "data_file"]),
        coverage_parallel: truth(&["tool", "coverage", "run", "parallel"]),
        coverage_fail_under: string(&["tool", "coverage", "report", "fail_under"]),
        coverage_relative_files: truth(&["tool", "coverage", "run", "relative_files"]),
        coverage_outputs: outputs,
        pytest_addopts: match pytest("addopts") {
            Some(Value::Array(words)) => words.iter().filter_map(scalar).collect(),
            Some(text) => scalar(text).map(|text| words(&text)).unwrap_or_default(),
            None => Vec::new(),
        },
        pytest_cache_dir: pytest("cache_dir").and_then(scalar),
        mypy_cache_dir: string(&["tool", "mypy", "cache_dir"]),
        ruff_cache_dir: string(&["tool", "ruff", "cache-dir"]),
        ruff_fix: truth(&["tool", "ruff", "fix"]),
        robot_output: string(&["tool", "robot", "output-dir"]),
        behave_junit: truth(&["tool", "behave", "junit"])
            .then(|| string(&["tool", "behave", "junit_directory"]).unwrap_or_else(|| "reports".to_owned())),
        noxflow: at(&["tool", "noxflow"]).and_then(Value::as_table).map(lines),
        ..ProjectFacts::default()
    }
}

/// Report and the key that says where it goes (coverage 7).
const OUTPUTS: [(&str, &str); 4] = [("xml", "output"), ("html", "directory"), ("json", "output"), ("lcov", "output")];

fn scalar(value: &Value) -> Option<String> {
    Some(match value {
        Value::String(text) => text.clone(),
        Value::Integer(n) => n.to_string(),
        Value::Float(n) => n.to_string(),
        Value::Boolean(b) => b.to_string(),
        _ => return None,
    })
}

/// A table as TOML text again, one line per key, tables inside it inline. (The `toml` crate is built without its writer.)
fn lines(table: &Table) -> String {
    table.iter().map(|(key, value)| format!("{} = {}\n", quoted(key), inline(value))).collect()
}

fn inline(value: &Value) -> String {
    match value {
        Value::String(text) => quoted(text),
        Value::Array(items) => format!("[{}]", items.iter().map(inline).collect::<Vec<_>>().join(", ")),
        Value::Table(table) => {
            let entries: Vec<_> =
                table.iter().map(|(key, value)| format!("{} = {}", quoted(key), inline(value))).collect();
            format!("{{ {} }}", entries.join(", "))
        }
        Value::Datetime(date) => date.to_string(),
        Value::Float(n) => format!("{n:?}"),
        Value::Integer(n) => n.to_string(),
        Value::Boolean(b) => b.to_string(),
    }
}

fn quoted(text: &str) -> String {
    let mut out = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => out.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// `setup.cfg` and `tox.ini` name coverage's sections `coverage:run`, `.coveragerc` and `.coveragerc.toml`'s kin `run`.
fn ini(name: &str, text: &str) -> ProjectFacts {
    let entries = ini_entries(text);
    let get = |section: &str, key: &str| {
        let found = entries.iter().rev().find(|(s, k, _)| s == section && k == key);
        found.map(|(.., value)| value.trim().to_owned()).filter(|value| !value.is_empty())
    };
    let is_own = name.contains("coveragerc");
    let coverage = |part: &str, key: &str| {
        let own = is_own.then(|| get(part, key)).flatten();
        own.or_else(|| get(&format!("coverage:{part}"), key))
    };
    let truth = |value: Option<String>| {
        value.is_some_and(|value| matches!(value.to_lowercase().as_str(), "true" | "1" | "yes" | "on"))
    };
    let pytest = |key: &str| ["tool:pytest", "pytest"].iter().find_map(|section| get(section, key));
    let outputs = OUTPUTS.iter().filter_map(|(report, key)| Some(((*report).to_owned(), coverage(report, key)?)));
    ProjectFacts {
        coverage_data_file: coverage("run", "data_file"),
        coverage_parallel: truth(coverage("run", "parallel")),
        coverage_fail_under: coverage("report", "fail_under"),
        coverage_relative_files: truth(coverage("run", "relative_files")),
        coverage_outputs: outputs.collect(),
        pytest_addopts: pytest("addopts").map(|text| words(&text)).unwrap_or_default(),
        pytest_cache_dir: pytest("cache_dir"),
        mypy_cache_dir: get("mypy", "cache_dir"),
        behave_junit: truth(get("behave", "junit"))
            .then(|| get("behave", "junit_directory").unwrap_or_else(|| "reports".to_owned())),
        ..ProjectFacts::default()
    }
}

/// Section, key, value: as Python's configparser reads them, with values that go on over indented lines.
fn ini_entries(text: &str) -> Vec<(String, String, String)> {
    let (mut section, mut out) = (String::new(), Vec::<(String, String, String)>::new());
    for line in text.lines() {
        let content = line.trim();
        if content.is_empty() || content.starts_with(['#', ';']) {
            continue;
        }
        if line.starts_with([' ', '\t']) {
            if let Some((.., value)) = out.last_mut() {
                value.push('\n');
                value.push_str(content);
            }
        } else if let Some(name) = content.strip_prefix('[') {
            section = name.split(']').next().unwrap_or_default().to_owned();
        } else if let Some((key, value)) = content.split_once(['=', ':']) {
            out.push((section.clone(), key.trim().to_lowercase(), value.trim().to_owned()));
        }
    }
    out
}

/// Words as a shell splits them: quotes keep blanks.
fn words(text: &str) -> Vec<String> {
    let (mut out, mut word, mut quote) = (Vec::new(), None::<String>, None);
    for c in text.chars() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '"' | '\'') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, c) if c.is_whitespace() => out.extend(word.take()),
            (_, c) => word.get_or_insert_default().push(c),
        }
    }
    out.extend(word);
    out
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    #[track_caller]
    fn check(name: &str, text: &str, expected: Expect) {
        let facts = read(name, text);
        let said: Vec<String> = [
            facts.build_backend.map(|it| format!("backend {it}")),
            facts.coverage_data_file.map(|it| format!("data {it}")),
            facts.coverage_parallel.then(|| "parallel".to_owned()),
            facts.coverage_relative_files.then(|| "relative".to_owned()),
            facts.coverage_fail_under.map(|it| format!("fail under {it}")),
            (!facts.coverage_outputs.is_empty()).then(|| format!("outputs {:?}", facts.coverage_outputs)),
            (!facts.pytest_addopts.is_empty()).then(|| format!("addopts {:?}", facts.pytest_addopts)),
            facts.pytest_cache_dir.map(|it| format!("pytest cache {it}")),
            facts.mypy_cache_dir.map(|it| format!("mypy cache {it}")),
            facts.ruff_cache_dir.map(|it| format!("ruff cache {it}")),
            facts.ruff_fix.then(|| "ruff fixes".to_owned()),
            facts.mkdocs_site.map(|it| format!("site {it}")),
            facts.robot_output.map(|it| format!("robot {it}")),
            facts.behave_junit.map(|it| format!("behave {it}")),
            facts.hooks.map(|it| format!("{} hooks", it.len())),
            facts.noxflow.map(|it| format!("noxflow {}", it.trim())),
        ]
        .into_iter()
        .flatten()
        .collect();
        expected.assert_eq(&said.join("; "));
    }

    #[test]
    fn pyproject_is_read() {
        check(
            "sub/pyproject.toml",
            "[build-system]\nbuild-backend = 'hatchling.build'\n[tool.coverage.run]\nparallel = true\ndata_file = 'x/.cov'\n\
             [tool.coverage.report]\nfail_under = 97.5\n[tool.coverage.xml]\noutput = 'out.xml'\n\
             [tool.pytest.ini_options]\naddopts = '-ra --cov \"a b\"'\n[tool.ruff]\nfix = true\n[tool.noxflow]\nlanes = 2\n",
            expect![[
                r#"backend hatchling.build; data x/.cov; parallel; fail under 97.5; outputs [("xml", "out.xml")]; addopts ["-ra", "--cov", "a b"]; ruff fixes; noxflow "lanes" = 2"#
            ]],
        );
        check("pyproject.toml", "[tool", expect![[""]]);
    }

    #[test]
    fn older_files_are_read() {
        check(
            "setup.cfg",
            "[coverage:run]\nparallel = True\n[tool:pytest]\naddopts =\n    -ra\n    --cov\n[mypy]\ncache_dir: .mc\n[run]\ndata_file = no\n",
            expect![[r#"parallel; addopts ["-ra", "--cov"]; mypy cache .mc"#]],
        );
        check(
            ".coveragerc",
            "; note\n[run]\ndata_file = .c\nrelative_files = yes\n[html]\ndirectory = h\n",
            expect![[r#"data .c; relative; outputs [("html", "h")]"#]],
        );
    }

    #[test]
    fn files_of_single_tools_are_read() {
        check("docs/mkdocs.yml", "site_name: x\nsite_dir: ../public\n", expect![["site ../public"]]);
        check("robot.toml", "output-dir = 'results'\n", expect![["robot results"]]);
        check("behave.ini", "[behave]\njunit = yes\njunit_directory = out/behave\n", expect![["behave out/behave"]]);
        check("pytest.ini", "[pytest]\naddopts = --cov\n", expect![[r#"addopts ["--cov"]"#]]);
        check("ruff.toml", "fix = true\ncache-dir = '.rc'\n", expect![["ruff cache .rc; ruff fixes"]]);
        check("mypy.ini", "[mypy]\ncache_dir = .mc\n", expect![["mypy cache .mc"]]);
        check(".pre-commit-config.yaml", "repos:\n- hooks:\n  - id: mypy\n", expect![["1 hooks"]]);
    }
}
