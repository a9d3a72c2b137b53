//! What each forge calls things: paths, queries and the shape of runs.
//!
//! Sources: docs.github.com, REST 2022-11-28, "Workflow runs" and "Workflow jobs"; Gitea's `routers/api/v1/repo/action.go`
//! (lists of runs and jobs since 1.25, a job's log since 1.24); Forgejo's file of the same name (jobs and logs since 16:
//! jobs as a bare list without steps, a log in pieces of 64 KiB).

use facts::Forge;
use serde_json::Value;
use url::Url;

use super::client::{Answer, Client, MAX_JSON, Trouble};
use super::{Filter, Source, World};
use crate::import::{LogArchive, parse_instant};

/// Pages of a list at most.
const MAX_PAGES: usize = 100;
/// Bytes of one job's log.
const MAX_LOG: u64 = 64 << 20;
/// Bytes of a packed archive.
const MAX_ARCHIVE: u64 = 128 << 20;
/// Pieces of a log that comes in pieces.
const MAX_PIECES: usize = 256;

/// A forge's interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Api {
    forge: Forge,
}

/// A run of a workflow.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// The forge's number for it.
    pub id: u64,
    /// The number that people see.
    pub number: u64,
    /// How often it was started.
    pub attempt: u64,
    /// The workflow's file name, else its name.
    pub workflow: Option<String>,
    /// It has come to its end.
    pub is_finished: bool,
    /// It was cancelled, skipped, or never began.
    pub is_dropped: bool,
    /// When it was asked for, seconds since 1970; 0 where nobody says.
    pub created: f64,
    /// When it changed last.
    pub ended: f64,
}

impl Api {
    pub(super) fn of(forge: Forge) -> Self {
        Self { forge }
    }

    /// Whose it is.
    pub fn forge(self) -> Forge {
        self.forge
    }

    /// Asks the server at `web` what it is. No token is sent.
    ///
    /// # Errors
    ///
    /// When it cannot be reached.
    pub fn detect(web: &Url, world: &mut dyn World) -> Result<Forge, Trouble> {
        let source =
            Source::new(Forge::Gitea, web.clone(), "x", "x").map_err(|error| Trouble::Malformed(error.to_string()))?;
        let mut client = Client::new(&source, None, world);
        let url = client.at(&["version"], &[]);
        match client.get(&url, MAX_JSON) {
            Ok(answer) => {
                let version: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
                match version.get("version").and_then(Value::as_str) {
                    // `14.0.1+gitea-1.22.0`
                    Some(version) if version.contains("gitea") || version.contains("forgejo") => Ok(Forge::Forgejo),
                    Some(_) => Ok(Forge::Gitea),
                    None => Ok(Forge::GitHub),
                }
            }
            Err(Trouble::NotFound(_) | Trouble::Refused { .. } | Trouble::Malformed(_)) => Ok(Forge::GitHub),
            Err(trouble) => Err(trouble),
        }
    }

    /// Whether a run's logs come as one archive.
    pub(super) fn has_archives(self) -> bool {
        self.forge == Forge::GitHub
    }

    /// The newest runs that `filter` asks for, newest first.
    pub(super) fn runs(self, client: &mut Client<'_>, source: &Source, filter: &Filter) -> Result<Vec<Run>, Trouble> {
        let (path, query) = self.list(source, filter);
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        let query: Vec<(&str, &str)> = query.iter().map(|(key, value)| (*key, value.as_str())).collect();
        let mut found: Vec<Run> = Vec::new();
        let is_wanted = |run: &Run| match &filter.workflow {
            Some(wanted) => run.workflow.as_ref().is_none_or(|own| own == wanted),
            None => true,
        };
        let each = |value: &Value| {
            let run = Run::read(value)?;
            if filter.since.is_some_and(|since| run.created > 0.0 && run.created < since) {
                return Some(false); // lists begin with the newest
            }
            if is_wanted(&run) && !found.iter().any(|known| known.id == run.id) {
                found.push(run);
            }
            Some(found.len() < filter.limit)
        };
        self.pages(client, &path, &query, &["workflow_runs"], each)
            .map_err(|trouble| self.explained(trouble, source))?;
        Ok(found)
    }

    fn list(self, source: &Source, filter: &Filter) -> (Vec<String>, Vec<(&'static str, String)>) {
        let mut path: Vec<String> =
            ["repos", &source.owner, &source.repository, "actions"].into_iter().map(str::to_owned).collect();
        let mut query = Vec::new();
        match self.forge {
            Forge::GitHub => {
                if let Some(workflow) = &filter.workflow {
                    path.extend(["workflows".to_owned(), workflow.clone()]);
                }
                query.extend(filter.branch.clone().map(|branch| ("branch", branch)));
                query.extend(filter.since.map(|since| ("created", format!(">={}", stamp(since)))));
                query.push(("status", "completed".to_owned()));
                query.push(("per_page", filter.limit.clamp(1, 100).to_string()));
            }
            Forge::Gitea => {
                query.extend(filter.branch.clone().map(|branch| ("branch", branch)));
                query.push(("limit", "50".to_owned()));
            }
            Forge::Forgejo => {
                query.extend(filter.branch.clone().map(|branch| ("ref", format!("refs/heads/{branch}"))));
                query.extend(filter.workflow.clone().map(|workflow| ("workflow_id", workflow)));
                query.push(("limit", "50".to_owned()));
            }
        }
        path.push("runs".to_owned());
        (path, query)
    }

    /// The jobs of a run, its last attempt.
    pub(super) fn jobs(self, client: &mut Client<'_>, source: &Source, run: &Run) -> Result<Vec<Value>, Trouble> {
        let id = run.id.to_string();
        let path = ["repos", &source.owner, &source.repository, "actions", "runs", &id, "jobs"];
        let query: &[(&str, &str)] = match self.forge {
            Forge::GitHub => &[("filter", "latest"), ("per_page", "100")],
            Forge::Gitea => &[("limit", "50")],
            Forge::Forgejo => &[],
        };
        let mut jobs = Vec::new();
        let each = |job: &Value| {
            jobs.push(job.clone());
            Some(true)
        };
        self.pages(client, &path, query, &["jobs"], each).map_err(|trouble| self.explained(trouble, source))?;
        Ok(jobs)
    }

    /// Goes through a list page by page: `each` says whether it wants more, `None` that the item is none.
    fn pages(
        self,
        client: &mut Client<'_>,
        path: &[&str],
        query: &[(&str, &str)],
        names: &[&str],
        mut each: impl FnMut(&Value) -> Option<bool>,
    ) -> Result<(), Trouble> {
        let mut url = client.at(path, query);
        let mut seen = 0_u64;
        for page in 1..=MAX_PAGES {
            let answer = client.get(&url, MAX_JSON)?;
            let malformed = || {
                let name = names.first().copied().unwrap_or("items");
                Trouble::Malformed(format!("`{}` answers with something that is no list of {name}", url.path()))
            };
            let value: Value = serde_json::from_slice(&answer.body).map_err(|_| malformed())?;
            let list = names.iter().find_map(|name| value.get(name)).unwrap_or(&value);
            let list = list.as_array().ok_or_else(malformed)?;
            for item in list {
                match each(item) {
                    Some(true) => {}
                    Some(false) => return Ok(()),
                    None => return Err(malformed()),
                }
            }
            seen += list.len() as u64;
            let total = value.get("total_count").and_then(Value::as_u64);
            match next(client, &answer, &url, page + 1, list.is_empty() || total.is_none_or(|total| seen >= total)) {
                Some(next) => url = next,
                None => return Ok(()),
            }
        }
        Ok(())
    }

    /// What a job has printed.
    pub(super) fn log(
        self,
        client: &mut Client<'_>,
        source: &Source,
        run: &Run,
        job: &Value,
    ) -> Result<String, Trouble> {
        let id =
            job.get("id").and_then(Value::as_u64).ok_or_else(|| Trouble::Gone("a job has no number".to_owned()))?;
        let (id, run) = (id.to_string(), run.id.to_string());
        let repository = ["repos", &source.owner, &source.repository, "actions"];
        if self.forge != Forge::Forgejo {
            let url = client.at(&[&repository[..], &["jobs", &id, "logs"]].concat(), &[]);
            return client.get(&url, MAX_LOG).map(|answer| text(&answer.body)).map_err(gone);
        }
        let path = [&repository[..], &["runs", &run, "jobs", &id, "logs"]].concat();
        let mut bytes: Vec<u8> = Vec::new();
        for _ in 0..MAX_PIECES {
            let offset = bytes.len().to_string();
            let url = client.at(&path, &[("offset", &offset), ("limit", "65536")]);
            let answer = client.get(&url, MAX_LOG).map_err(gone)?;
            bytes.extend_from_slice(&answer.body);
            if answer.body.is_empty() || answer.header("x-log-more") != Some("true") {
                break;
            }
        }
        Ok(text(&bytes))
    }

    /// All that the run's jobs have printed.
    pub(super) fn archive(self, client: &mut Client<'_>, source: &Source, run: &Run) -> Result<LogArchive, Trouble> {
        let id = run.id.to_string();
        let url = client.at(&["repos", &source.owner, &source.repository, "actions", "runs", &id, "logs"], &[]);
        let answer = client.get(&url, MAX_ARCHIVE).map_err(gone)?;
        LogArchive::open(answer.body).map_err(|error| {
            Trouble::Malformed(format!("the logs of run {} cannot be unpacked: {error:#}", run.number))
        })
    }

    /// Says what a missing list may mean.
    fn explained(self, trouble: Trouble, source: &Source) -> Trouble {
        let Trouble::NotFound(_) = trouble else { return trouble };
        let (what, host) = (format!("{}/{}", source.owner, source.repository), source.host());
        let seen = format!(
            "{host} shows no runs of `{what}`: there is none of that name, or it needs a token that may see it"
        );
        Trouble::NotFound(match self.forge {
            Forge::GitHub => seen,
            Forge::Gitea => format!("{seen}; or this Gitea is older than 1.25, which first has lists of runs and jobs"),
            Forge::Forgejo => {
                format!("{seen}; or this Forgejo is older than 16, which first has lists of jobs and logs")
            }
        })
    }
}

/// A log that is not there is none any more.
fn gone(trouble: Trouble) -> Trouble {
    match trouble {
        Trouble::NotFound(why) => Trouble::Gone(why),
        other => other,
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim_start_matches('\u{feff}').to_owned()
}

/// The next page: as the `Link` header says, else by number while the total is not reached.
fn next(client: &Client<'_>, answer: &Answer, url: &Url, page: usize, is_last: bool) -> Option<Url> {
    if answer.header("link").is_some() {
        let next = url.join(answer.next()?).ok()?;
        return client.is_own(&next).then_some(next);
    }
    if is_last {
        return None;
    }
    let rest: Vec<(String, String)> =
        url.query_pairs().filter(|(key, _)| key != "page").map(|(key, value)| (key.into(), value.into())).collect();
    let mut next = url.clone();
    next.query_pairs_mut().clear().extend_pairs(rest).append_pair("page", &page.to_string());
    Some(next)
}

/// `2026-01-01T00:00:00Z`.
fn stamp(seconds: f64) -> String {
    format!("{}:00Z", crate::import::shown_instant(seconds).replace(' ', "T"))
}

impl Run {
    /// `None`: it is none.
    fn read(value: &Value) -> Option<Self> {
        let text = |keys: &[&str]| {
            keys.iter().find_map(|key| value.get(key)?.as_str().filter(|text| !text.is_empty())).map(str::to_owned)
        };
        let number = |keys: &[&str]| keys.iter().find_map(|key| value.get(key)?.as_u64());
        let moment =
            |keys: &[&str]| keys.iter().find_map(|key| parse_instant(value.get(key)?.as_str()?)).unwrap_or(0.0);
        let id = number(&["id"])?;
        // `.github/workflows/ci.yml`, `ci.yml@refs/heads/main`; GitHub's `workflow_id` is a number, Forgejo's a file.
        let path = text(&["path", "workflow_id"]);
        let file = path.as_deref().and_then(|path| path.split('@').next()?.rsplit('/').next().map(str::to_owned));
        let status = text(&["status"]).unwrap_or_default().to_lowercase();
        let conclusion = text(&["conclusion"]).map(|it| it.to_lowercase());
        // Forgejo has no conclusion: its status says it.
        let outcome = conclusion.unwrap_or_else(|| status.clone());
        Some(Self {
            id,
            number: number(&["run_number", "index_in_repo"]).unwrap_or(id),
            attempt: number(&["run_attempt"]).unwrap_or(1),
            workflow: file.or_else(|| text(&["name"])),
            is_finished: status == "completed"
                || matches!(outcome.as_str(), "success" | "failure" | "cancelled" | "skipped"),
            is_dropped: !matches!(outcome.as_str(), "success" | "failure" | "neutral" | "timed_out"),
            created: moment(&["created_at", "created", "run_started_at", "started_at", "started"]),
            ended: moment(&["completed_at", "stopped", "updated_at", "updated", "created_at", "created"]),
        })
    }
}
