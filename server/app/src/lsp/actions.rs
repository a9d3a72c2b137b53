//! Code actions: which of what could be done is answered, in which order, and the edit of one that was chosen. An editor
//! that can ask for an edit later gets it then, made for the text as it is at that moment.

use ide::{FileEdit, FileState, Finding, Fix, Offer};
use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use syntax::Span;
use tower_lsp::gen_lsp_types as lsp;
use tower_lsp::jsonrpc::{Error, Result};

use super::from_proto::{self, Client, wants};
use super::runs::failed;
use super::state::Asked;
use super::to_proto::{self, diagnostic, workspace_edit};
use super::view::View;

/// The id of what does all that is safe at once.
const FIX_ALL: &str = "fix-all";

/// What it is where a rewrite of the file is asked for.
const ALL_KIND: &str = "refactor.rewrite.parallel.all-safe";

/// The lint that says what could be faster: any rewrite of the job is an answer.
const ASKS_FOR_REWRITE: &str = "sequential-sessions";

/// What is needed to make the edit of an action later: its `data`.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Later {
    /// The file that was asked about.
    pub(super) uri: String,
    /// What was selected in it.
    range: lsp::Range,
    /// The offer's id.
    assist: String,
}

/// What can be done about a range: fixes of the findings it meets, then rewrites and all that is safe in the file, then
/// how the findings are silenced. No two have one title; at most one is preferred.
pub(super) fn actions(asked: &Asked, params: &lsp::CodeActionParams, client: &Client) -> Vec<lsp::CodeActionResponse> {
    let span = from_proto::span(&asked.file.document, params.range, client.encoding);
    let (mut out, silences) = mending(asked, span, params, client);
    out.extend(rewriting(asked, span, params, client));
    out.extend(silences);
    let mut titles = FxHashSet::default();
    out.retain(|action| titles.insert(action.title.clone()));
    let mut has_best = false;
    for action in &mut out {
        let is_best = !has_best && is_preferred(action);
        has_best |= is_best;
        action.is_preferred = Some(is_best);
    }
    out.into_iter().map(lsp::CodeActionResponse::CodeAction).collect()
}

/// The fixes of findings, and how these are silenced.
fn mending(
    asked: &Asked,
    span: Span,
    params: &lsp::CodeActionParams,
    client: &Client,
) -> (Vec<lsp::CodeAction>, Vec<lsp::CodeAction>) {
    let (view, file) = (&asked.view, &*asked.file);
    let (mut mended, mut silenced) = (Vec::new(), Vec::new());
    if wants(params.context.only.as_deref(), &lsp::CodeActionKind::QuickFix) {
        let findings = view.findings(file.id);
        for finding in findings.iter().filter(|finding| finding.span.meets(span)) {
            mended.extend(fixes(view, file, finding, &ide::fixes(view.snapshot(), file.id, finding), client));
            mended.extend(best_rewrite(asked, finding, params, client));
            let silence: Vec<Fix> = ide::ignore_fix(&file.document, finding).into_iter().collect();
            silenced.extend(fixes(view, file, finding, &silence, client));
        }
    }
    (mended, silenced)
}

/// The best safe rewrite of a job as the fix of the finding that asks for one. Else the only fix would be to silence it.
fn best_rewrite(
    asked: &Asked,
    finding: &Finding,
    params: &lsp::CodeActionParams,
    client: &Client,
) -> Option<lsp::CodeAction> {
    let (view, file) = (&asked.view, &*asked.file);
    if finding.lint != ASKS_FOR_REWRITE {
        return None;
    }
    let offers = view.offers(file.id, finding.span);
    let best = offers.iter().find(|offer| offer.is_preferred)?;
    let range = to_proto::range(&file.document, finding.span, client.encoding);
    let later = Later { uri: params.text_document.uri.0.clone(), range, assist: best.assist.to_owned() };
    let told = diagnostic(view, file, finding, client.encoding)?;
    let rewrite = offer(view, best, client, later)?;
    Some(lsp::CodeAction { kind: Some(lsp::CodeActionKind::QuickFix), diagnostics: Some(vec![told]), ..rewrite })
}

/// The rewrites at a place, and all that is safe in the file: first where the file is meant, else last.
fn rewriting(asked: &Asked, span: Span, params: &lsp::CodeActionParams, client: &Client) -> Vec<lsp::CodeAction> {
    let (view, file) = (&asked.view, &*asked.file);
    let only = params.context.only.as_deref();
    let shown = |offered: &Offer| {
        let uri = params.text_document.uri.0.clone();
        offer(view, offered, client, Later { uri, range: params.range, assist: offered.assist.to_owned() })
    };
    let is_whole = ide::is_whole_file(view.snapshot(), file.id, span);
    let kind_of_all = kind_of_all(is_whole, params);
    let all = kind_of_all.as_ref().and_then(|_| view.all_safe(file.id).as_ref().clone());
    let mut rewrites: Vec<lsp::CodeAction> = Vec::new();
    let mut is_there = false;
    if wants(only, &lsp::CodeActionKind::RefactorRewrite) || asks_below(only, "refactor.rewrite.") {
        let offers = view.offers(file.id, span);
        let wanted = || offers.iter().filter(|offer| wants(only, &lsp::CodeActionKind::from(offer.kind_name())));
        rewrites.extend(wanted().filter_map(shown));
        // Where a file has one thing to do, all that is safe is that one.
        is_there = all.iter().any(|all| wanted().any(|offer| offer.edits == all.edits));
    }
    if let Some(mut all) = all.as_ref().filter(|_| !is_there).and_then(shown) {
        let is_meant = is_whole || rewrites.is_empty();
        all.kind = kind_of_all;
        all.is_preferred = Some(is_meant && !rewrites.iter().any(is_preferred));
        let possible = rewrites.iter().filter(|action| action.disabled.is_none()).count();
        rewrites.insert(if is_meant { 0 } else { possible }, all);
    }
    rewrites
}

/// Under which kind all that is safe is answered; `None`: it is not asked for. Where the file is meant it is a rewrite like
/// others, as VS Code lists no `source` actions beside them. Elsewhere it is there when it is named (as on every save)
/// or a person asks, not for a cursor that moves: all jobs are looked at for it.
fn kind_of_all(is_whole: bool, params: &lsp::CodeActionParams) -> Option<lsp::CodeActionKind> {
    let only = params.context.only.as_deref();
    let rewrite = lsp::CodeActionKind::from(ALL_KIND.to_owned());
    if is_whole && wants(only, &rewrite) {
        return Some(rewrite);
    }
    let is_automatic = only.is_none() && params.context.trigger_kind == Some(lsp::CodeActionTriggerKind::Automatic);
    let source = lsp::CodeActionKind::from(ide::FIX_ALL_KIND.to_owned());
    (!is_automatic && wants(only, &source)).then_some(source)
}

/// Which file an action is of, and what was asked; an error where the action is none of ours.
pub(super) fn later(action: &lsp::CodeAction) -> Result<Later> {
    let data = action.data.clone().unwrap_or(Value::Null);
    serde_json::from_value(data).map_err(|error| Error::invalid_params(format!("`data` of the action: {error}")))
}

/// The action with its edit, for the file as it is now. An error where it is not offered there any more.
pub(super) fn resolve(
    asked: &Asked,
    later: &Later,
    mut action: lsp::CodeAction,
    client: &Client,
) -> Result<lsp::CodeAction> {
    let (view, file) = (&asked.view, &*asked.file);
    let span = from_proto::span(&file.document, later.range, client.encoding);
    let is_it =
        |offer: &&Offer| offer.assist == later.assist && offer.title == action.title && offer.disabled.is_none();
    let edit = if later.assist == FIX_ALL {
        view.all_safe(file.id).as_ref().as_ref().filter(is_it).map(|offer| workspace_edit(view, &offer.edits, client))
    } else {
        view.offers(file.id, span).iter().find(is_it).map(|offer| workspace_edit(view, &offer.edits, client))
    };
    action.edit = Some(edit.ok_or_else(|| failed(CHANGED))?);
    Ok(action)
}

/// Why an action has no edit any more.
pub(super) const CHANGED: &str = "the text has changed since this was offered: ask for code actions again";

fn is_preferred(action: &lsp::CodeAction) -> bool {
    action.is_preferred == Some(true)
}

/// The fixes of a finding, tied to its diagnostic.
fn fixes(view: &View, file: &FileState, finding: &Finding, fixes: &[Fix], client: &Client) -> Vec<lsp::CodeAction> {
    let Some(diagnostic) = diagnostic(view, file, finding, client.encoding) else { return Vec::new() };
    let fix = |(at, fix): (usize, &Fix)| {
        let edits = [FileEdit::new(file.id, fix.edits.clone())];
        lsp::CodeAction {
            title: fix.title.clone(),
            kind: Some(lsp::CodeActionKind::QuickFix),
            diagnostics: Some(vec![diagnostic.clone()]),
            is_preferred: Some(fix.is_safe && at == 0),
            edit: Some(workspace_edit(view, &edits, client)),
            ..lsp::CodeAction::default()
        }
    };
    fixes.iter().enumerate().map(fix).collect()
}

/// An offer. `None`: disabled, and the editor shows no disabled ones.
fn offer(view: &View, offer: &Offer, client: &Client, later: Later) -> Option<lsp::CodeAction> {
    if offer.disabled.is_some() && !client.has_disabled_actions {
        return None;
    }
    let is_possible = offer.disabled.is_none();
    Some(lsp::CodeAction {
        title: offer.title.clone(),
        kind: Some(lsp::CodeActionKind::from(offer.kind_name())),
        is_preferred: Some(offer.is_preferred && offer.is_safe && is_possible),
        disabled: offer.disabled.clone().map(|reason| lsp::CodeActionDisabled { reason }),
        edit: (is_possible && !client.resolves_edits).then(|| workspace_edit(view, &offer.edits, client)),
        data: (is_possible && client.resolves_edits).then(|| serde_json::to_value(later).ok()).flatten(),
        ..lsp::CodeAction::default()
    })
}

/// Whether a kind below `kind` was asked for.
fn asks_below(only: Option<&[lsp::CodeActionKind]>, kind: &str) -> bool {
    only.unwrap_or_default().iter().any(|asked| String::from(asked.clone()).starts_with(kind))
}
