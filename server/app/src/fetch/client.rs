//! Asks a forge: with the token for its own host only, with patience where it says to wait, and with a limit on everything
//! that comes back.
//!
//! Redirects are followed here rather than by the library: GitHub hands logs over to another host, which must not get the
//! token, and a renamed repository stays on the same one, which needs it.

use std::fmt;
use std::io::Read;
use std::sync::Arc;
use std::time::Duration;

use facts::Forge;
use ureq::http::{HeaderMap, StatusCode};
use ureq::tls::{Certificate, RootCerts, TlsConfig, TlsProvider};
use ureq::{Agent, Error};
use url::Url;

use super::{Source, Token, World};

/// Times that a request is sent at most, when the connection breaks or the server fails.
const TRIES: u32 = 4;
/// Redirects in a row.
const HOPS: u32 = 5;
/// Seconds that are waited for a forge to let us ask again; a longer time is told instead.
const PATIENCE: f64 = 60.0;
/// What the documentation of GitHub asks for when a limit comes without a time.
const UNTOLD: f64 = 60.0;
/// Bytes of an answer that is no file.
pub(super) const MAX_JSON: u64 = 32 << 20;

/// Why something did not come.
#[derive(Clone, Debug, PartialEq)]
pub enum Trouble {
    /// 404: the address, and what may be the reason.
    NotFound(String),
    /// 410: it was there once.
    Gone(String),
    /// The forge does not let us.
    Refused {
        /// 401 or 403.
        status: u16,
        /// Why, for people.
        why: String,
    },
    /// Too many requests; when the next one is welcome, seconds since 1970.
    Limited {
        /// Then.
        until: f64,
        /// Seconds from now.
        seconds: f64,
    },
    /// No answer after several tries.
    Unreachable(String),
    /// An answer that is not what the documentation says.
    Malformed(String),
    /// More than is read of anything.
    TooLarge(String),
    /// The user has had enough.
    Cancelled,
}

impl Trouble {
    /// Whether asking for more makes no sense.
    pub(super) fn ends_all(&self) -> bool {
        matches!(self, Self::Refused { .. } | Self::Limited { .. } | Self::Unreachable(_) | Self::Cancelled)
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound(why)
            | Self::Gone(why)
            | Self::Refused { why, .. }
            | Self::Unreachable(why)
            | Self::Malformed(why)
            | Self::TooLarge(why) => f.write_str(why),
            Self::Limited { until, seconds } => {
                let minutes = (seconds / 60.0).ceil();
                let plural = if minutes > 1.0 { "s" } else { "" };
                let when = crate::import::shown_instant(*until + 59.0);
                write!(
                    f,
                    "the forge takes no more requests until {when} UTC, in {minutes} minute{plural}; ask again then, what \
                     has come is kept"
                )
            }
            Self::Cancelled => f.write_str("cancelled"),
        }
    }
}

impl std::error::Error for Trouble {}

/// A good answer.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

impl Answer {
    /// A header's text.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The page behind this one, as the `Link` header says it.
    pub(super) fn next(&self) -> Option<&str> {
        let links = self.header("link")?.split(',');
        links.filter_map(|link| link.split_once(';')).find_map(|(address, relation)| {
            let is_next = relation.split(';').any(|part| part.trim().replace('"', "") == "rel=next");
            is_next.then(|| address.trim().trim_start_matches('<').trim_end_matches('>'))
        })
    }
}

/// One forge, asked again and again.
pub(super) struct Client<'a> {
    agent: Agent,
    base: Url,
    forge: Forge,
    token: Option<String>,
    world: &'a mut dyn World,
}

/// What became of one request.
enum Outcome {
    Good(Answer),
    Elsewhere(String),
    /// Try again after so many seconds; none: after a while.
    Later(Option<f64>, Trouble),
    Bad(Trouble),
}

impl<'a> Client<'a> {
    pub(super) fn new(source: &Source, token: Option<&Token>, world: &'a mut dyn World) -> Self {
        let forge = source.api.forge();
        let seconds = |seconds| Some(Duration::from_secs(seconds));
        let mut config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .user_agent(concat!("noxflow/", env!("CARGO_PKG_VERSION")))
            .timeout_connect(seconds(10))
            .timeout_recv_response(seconds(30))
            .timeout_global(seconds(300))
            .tls_config(tls(&source.base));
        if is_loopback(&source.base) {
            config = config.proxy(None); // a proxy cannot reach what is here
        }
        Self {
            agent: config.build().new_agent(),
            base: source.base.clone(),
            forge,
            token: token.map(|token| token.header(forge)),
            world,
        }
    }

    /// An address of the interface.
    pub(super) fn at(&self, segments: &[&str], query: &[(&str, &str)]) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(segments);
        }
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        url
    }

    /// Whether an address is on the forge itself.
    pub(super) fn is_own(&self, url: &Url) -> bool {
        url.origin() == self.base.origin()
    }

    /// How far it is.
    pub(super) fn progress(&mut self, done: usize, all: usize) {
        self.world.progress(done, all);
    }

    /// Gets what is at `url`, at most `limit` bytes of it.
    pub(super) fn get(&mut self, url: &Url, limit: u64) -> Result<Answer, Trouble> {
        let (mut tries, mut hops, mut waited) = (0, 0, 0.0);
        let mut at = url.clone();
        loop {
            if self.world.is_cancelled() {
                return Err(Trouble::Cancelled);
            }
            match self.once(&at, limit) {
                Outcome::Good(answer) => return Ok(answer),
                Outcome::Bad(trouble) => return Err(trouble),
                Outcome::Elsewhere(to) => {
                    hops += 1;
                    at = self.follow(&at, &to, hops)?;
                }
                Outcome::Later(seconds, trouble) => {
                    tries += 1;
                    // 1, 2, 4 seconds.
                    let seconds = seconds.unwrap_or_else(|| f64::from(1_u32 << (tries - 1).min(10)));
                    if tries >= TRIES || waited + seconds > PATIENCE {
                        return Err(trouble);
                    }
                    waited += seconds;
                    self.world.wait(seconds, &trouble.to_string());
                    // From the start: an address that a redirect gave is good for a minute or so.
                    at = url.clone();
                }
            }
        }
    }

    /// Where a redirect leads.
    fn follow(&self, from: &Url, to: &str, hops: u32) -> Result<Url, Trouble> {
        let bad = |why: &str| Trouble::Malformed(format!("`{}` {why}", shown(from)));
        let to = from.join(to).map_err(|_| bad("leads to no address"))?;
        if hops > HOPS {
            return Err(bad("leads from one address to the next without an end"));
        }
        let is_safe = to.scheme() == "https" || to.scheme() == "http" && self.base.scheme() == "http";
        if is_safe { Ok(to) } else { Err(bad("leads to an address that is not safe")) }
    }

    fn once(&self, url: &Url, limit: u64) -> Outcome {
        let mut request = self.agent.get(url.as_str());
        if self.is_own(url) {
            if let Some(token) = &self.token {
                request = request.header("Authorization", token);
            }
            if self.forge == Forge::GitHub {
                request = request.header("Accept", "application/vnd.github+json");
                request = request.header("X-GitHub-Api-Version", "2022-11-28");
            }
        }
        let response = match request.call() {
            Ok(response) => response,
            Err(error) => return self.failed(url, &error),
        };
        let (parts, body) = response.into_parts();
        if parts.status.is_redirection()
            && let Some(to) = parts.headers.get("location").and_then(|to| to.to_str().ok())
        {
            return Outcome::Elsewhere(to.to_owned());
        }
        let limit = if parts.status.is_success() { limit } else { 64 << 10 };
        let mut bytes = Vec::new();
        if let Err(error) = body.into_reader().take(limit + 1).read_to_end(&mut bytes) {
            return Outcome::Later(None, Trouble::Unreachable(format!("{}: {error}", host(url))));
        }
        if !parts.status.is_success() {
            return self.refused(url, parts.status, &parts.headers, &bytes);
        }
        if bytes.len() as u64 > limit {
            return Outcome::Bad(Trouble::TooLarge(format!("`{}` is larger than {} MiB", shown(url), limit >> 20)));
        }
        Outcome::Good(Answer { headers: parts.headers, body: bytes })
    }

    fn failed(&self, url: &Url, error: &Error) -> Outcome {
        use std::io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, TimedOut, UnexpectedEof};
        let why = match error {
            Error::Io(error) => error.to_string(),
            other => other.to_string(),
        };
        let trouble = Trouble::Unreachable(format!("{} cannot be reached: {why}", host(url)));
        let is_broken = match error {
            Error::Io(error) => {
                matches!(error.kind(), BrokenPipe | ConnectionAborted | ConnectionReset | TimedOut | UnexpectedEof)
            }
            Error::Timeout(_) | Error::Protocol(_) | Error::ConnectionFailed => true,
            _ => false,
        };
        if is_broken { Outcome::Later(None, trouble) } else { Outcome::Bad(trouble) }
    }

    fn refused(&self, url: &Url, status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Outcome {
        let said = said(body);
        let number = |name: &str| headers.get(name)?.to_str().ok()?.trim().parse::<f64>().ok();
        let code = status.as_u16();
        let because = if said.is_empty() { String::new() } else { format!(": {said}") };
        let is_used_up = number("x-ratelimit-remaining") == Some(0.0) || said.to_lowercase().contains("rate limit");
        if code == 429 || code == 403 && (number("retry-after").is_some() || is_used_up) {
            let now = self.world.now();
            let reset = number("x-ratelimit-reset").filter(|_| number("x-ratelimit-remaining") == Some(0.0));
            let seconds = number("retry-after").or_else(|| reset.map(|reset| reset - now)).unwrap_or(UNTOLD).max(1.0);
            return Outcome::Later(Some(seconds), Trouble::Limited { until: now + seconds, seconds });
        }
        let has_token = self.token.is_some();
        match code {
            401 if has_token => Outcome::Bad(Trouble::Refused {
                status: code,
                why: format!("{} does not accept the token{because}", host(url)),
            }),
            401 | 403 => {
                let hint = if has_token { "the token may not read this" } else { "it asks for a token" };
                Outcome::Bad(Trouble::Refused { status: code, why: format!("{} refuses; {hint}{because}", host(url)) })
            }
            404 => Outcome::Bad(Trouble::NotFound(format!("there is nothing at `{}`{because}", shown(url)))),
            410 => Outcome::Bad(Trouble::Gone(format!("`{}` is no longer there", shown(url)))),
            500..=599 => {
                let trouble =
                    Trouble::Unreachable(format!("{} answers with an error of its own ({code}){because}", host(url)));
                Outcome::Later(number("retry-after").map(|seconds| seconds.max(1.0)), trouble)
            }
            _ => Outcome::Bad(Trouble::Malformed(format!("`{}` answers with {code}{because}", shown(url)))),
        }
    }
}

/// Certificates as the system trusts them.
fn tls(base: &Url) -> TlsConfig {
    let builder = TlsConfig::builder()
        .provider(TlsProvider::Rustls)
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()));
    if base.scheme() != "https" {
        return builder.build();
    }
    let found = rustls_native_certs::load_native_certs();
    let certificates: Vec<Certificate<'static>> =
        found.certs.iter().map(|certificate| Certificate::from_der(certificate).to_owned()).collect();
    builder.root_certs(RootCerts::new_with_certs(&certificates)).build()
}

/// Whether an address is on this machine.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// An address without its query: that of a log carries a signature.
fn shown(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    url.to_string()
}

fn host(url: &Url) -> &str {
    url.host_str().unwrap_or("the forge")
}

/// The server's own words, fit for a terminal.
fn said(body: &[u8]) -> String {
    let value: Option<serde_json::Value> = serde_json::from_slice(body).ok();
    let said = value.as_ref().and_then(|value| value.get("message")?.as_str()).unwrap_or_default();
    let said: String = said.chars().map(|it| if it.is_control() { ' ' } else { it }).take(200).collect();
    said.trim().trim_end_matches('.').to_owned()
}
