//! What people can set, for the server and the command line alike: one struct, read from the editor's settings (camel
//! case) and from `[tool.noxflow]` in `pyproject.toml` (kebab case). The editor's value wins, then the project's, then
//! the default.

use std::collections::BTreeMap;

use facts::Forge;
use ide::Level;
use serde::Deserialize;

use crate::launch::lanes;

/// Everything that can be set. Absent values mean "not said here".
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Config {
    /// Path of the `noxflow` binary. Read by the editors; of no meaning to the server itself.
    pub path: Option<String>,
    /// How nox is called: `["uvx", "nox"]`. Default: found, in the order of `launch::nox`.
    #[serde(deserialize_with = "words", alias = "nox-command")]
    pub nox_command: Option<Vec<String>>,
    /// Sessions that a local run starts at once. Default: one for each processor core, as far as the memory goes.
    pub lanes: Option<usize>,
    /// Forces every workflow's forge: `github`, `forgejo` or `gitea`. Default: by folder.
    #[serde(deserialize_with = "lenient")]
    pub platform: Option<Platform>,
    /// Jobs that may run at once, by forge.
    #[serde(alias = "runner-slots")]
    pub runner_slots: Slots,
    /// Seconds every job costs before its first session starts. Default 40.
    #[serde(alias = "job-overhead-seconds")]
    pub job_overhead_seconds: Option<f64>,
    /// nox's version where the workflows run (`2026.10.20`). Default: the newest.
    #[serde(alias = "nox-version")]
    pub nox_version: Option<String>,
    /// How loud each lint is: `off`, `hint`, `info`, `warning`, `error`, by the lint's id.
    pub lints: BTreeMap<String, LintLevel>,
    /// Whether lenses stand above sessions. Default: yes.
    #[serde(alias = "code-lens")]
    pub code_lens: Option<bool>,
    /// Whether times stand beside sessions and jobs. Default: yes.
    #[serde(alias = "inlay-hints")]
    pub inlay_hints: Option<bool>,
    /// Whether nox is asked, in the background, to list the sessions of noxfiles: it runs their code. Default: no. Only the
    /// editor's own setting counts, for a project must not decide that its code is run.
    pub confirm_with_nox: Option<bool>,
}

/// A forge, as it is written in settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Platform {
    /// GitHub.
    Github,
    /// Forgejo.
    Forgejo,
    /// Gitea.
    Gitea,
}

/// Jobs that may run at once, by forge.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Slots {
    /// Default 20.
    pub github: Option<usize>,
    /// Default 1.
    pub forgejo: Option<usize>,
    /// Default 1.
    pub gitea: Option<usize>,
}

/// How loud a lint is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LintLevel {
    /// Not at all.
    Off,
    /// [`Level::Hint`].
    Hint,
    /// [`Level::Info`].
    Info,
    /// [`Level::Warning`].
    #[serde(alias = "warn")]
    Warning,
    /// [`Level::Error`].
    Error,
}

impl Config {
    /// Reads an editor's settings: the object itself, or one that has it under `noxflow`. What does not fit is left
    /// out, field by field, so that one mistake does not turn off the rest.
    pub fn from_json(value: &serde_json::Value) -> Self {
        let value = value.get("noxflow").unwrap_or(value);
        let Some(object) = value.as_object() else { return Self::default() };
        serde_json::from_value(value.clone()).unwrap_or_else(|_| {
            let mut good = serde_json::Map::new();
            for (key, value) in object {
                let mut with = good.clone();
                with.insert(key.clone(), value.clone());
                if serde_json::from_value::<Self>(serde_json::Value::Object(with)).is_ok() {
                    good.insert(key.clone(), value.clone());
                } else {
                    tracing::warn!("the setting `noxflow.{key}` has a value that does not fit: {value}");
                }
            }
            serde_json::from_value(serde_json::Value::Object(good)).unwrap_or_default()
        })
    }

    /// Reads the text of `[tool.noxflow]`.
    pub fn from_toml(text: &str) -> Self {
        match toml::from_str::<toml::Value>(text).ok().and_then(|value| serde_json::to_value(value).ok()) {
            Some(value) => Self::from_json(&value),
            None => Self::default(),
        }
    }

    /// These settings, and `other`'s where these say nothing.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        let mut lints = other.lints;
        lints.extend(self.lints);
        Self {
            path: self.path.or(other.path),
            nox_command: self.nox_command.or(other.nox_command),
            lanes: self.lanes.or(other.lanes),
            platform: self.platform.or(other.platform),
            runner_slots: Slots {
                github: self.runner_slots.github.or(other.runner_slots.github),
                forgejo: self.runner_slots.forgejo.or(other.runner_slots.forgejo),
                gitea: self.runner_slots.gitea.or(other.runner_slots.gitea),
            },
            job_overhead_seconds: self.job_overhead_seconds.or(other.job_overhead_seconds),
            nox_version: self.nox_version.or(other.nox_version),
            lints,
            code_lens: self.code_lens.or(other.code_lens),
            inlay_hints: self.inlay_hints.or(other.inlay_hints),
            confirm_with_nox: self.confirm_with_nox,
        }
    }

    /// The forge that all workflows are read as, if one is forced.
    pub fn forge(&self) -> Option<Forge> {
        self.platform.map(|platform| match platform {
            Platform::Github => Forge::GitHub,
            Platform::Forgejo => Forge::Forgejo,
            Platform::Gitea => Forge::Gitea,
        })
    }

    /// What analysis assumes.
    pub fn to_model(&self) -> model::Settings {
        let default = model::Settings::default();
        model::Settings {
            forge: self.forge(),
            github_slots: self.runner_slots.github.unwrap_or(default.github_slots).max(1),
            forgejo_slots: self.runner_slots.forgejo.unwrap_or(default.forgejo_slots).max(1),
            gitea_slots: self.runner_slots.gitea.unwrap_or(default.gitea_slots).max(1),
            job_overhead_seconds: self.job_overhead_seconds.unwrap_or(default.job_overhead_seconds).max(0.0),
            runner_cores: default.runner_cores,
            local_cores: self.local_lanes(),
            nox_version: self.nox_version.clone(),
        }
    }

    /// Sessions that a local run starts at once.
    pub fn local_lanes(&self) -> usize {
        self.lanes.filter(|&lanes| lanes > 0).unwrap_or_else(lanes::of_this_machine)
    }

    /// How loud a finding is after settings; `None`: not shown.
    pub fn level(&self, lint: &str, level: Level) -> Option<Level> {
        match self.lints.get(lint) {
            None => Some(level),
            Some(LintLevel::Off) => None,
            Some(LintLevel::Hint) => Some(Level::Hint),
            Some(LintLevel::Info) => Some(Level::Info),
            Some(LintLevel::Warning) => Some(Level::Warning),
            Some(LintLevel::Error) => Some(Level::Error),
        }
    }
}

/// A command as a list of words or as one string of words.
fn words<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<String>>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Words {
        One(String),
        Many(Vec<String>),
    }
    Ok(Option::<Words>::deserialize(deserializer)?
        .map(|words| match words {
            Words::One(line) => line.split_whitespace().map(str::to_owned).collect(),
            Words::Many(words) => words,
        })
        .filter(|words: &Vec<String>| !words.is_empty()))
}

/// `auto`, the empty string and `null` mean "not said".
fn lenient<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Platform>, D::Error> {
    match Option::<String>::deserialize(deserializer)?.as_deref() {
        None | Some("" | "auto") => Ok(None),
        Some(name) => Platform::deserialize(serde::de::value::StrDeserializer::<D::Error>::new(name)).map(Some),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_editor_wins_over_the_project() {
        let editor = Config::from_json(&serde_json::json!({"noxflow": {"lanes": 3, "runnerSlots": {"forgejo": 2}}}));
        let project =
            Config::from_toml("lanes = 8\nnox-command = \"uvx nox\"\n[runner-slots]\nforgejo = 4\ngitea = 4\n");
        let both = editor.or(project);
        assert_eq!(both.lanes, Some(3));
        assert_eq!(both.nox_command, Some(vec!["uvx".to_owned(), "nox".to_owned()]));
        assert_eq!((both.runner_slots.forgejo, both.runner_slots.gitea), (Some(2), Some(4)));
    }

    #[test]
    fn one_mistake_does_not_turn_off_the_rest() {
        let config = Config::from_json(&serde_json::json!({"lanes": "many", "platform": "gitea", "codeLens": false}));
        assert_eq!((config.lanes, config.platform, config.code_lens), (None, Some(Platform::Gitea), Some(false)));
    }

    #[test]
    fn auto_means_by_folder() {
        assert_eq!(Config::from_json(&serde_json::json!({"platform": "auto"})).platform, None);
    }
}
