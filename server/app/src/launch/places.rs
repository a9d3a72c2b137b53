//! The places that the output of a failed session names, in files that are there: for editors' diagnostics, a CI's
//! annotations, programs.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ide::Place;

use super::Prepared;
use crate::disk;

/// The end of a log that is read for places: tools tell their errors last.
const READ_BYTES: u64 = 4 << 20;

/// A longer line is not kept: nobody wrote it by hand.
const LONG_LINE: usize = 2 << 10;

/// A place in a file that is there.
#[derive(Clone, Debug)]
pub struct Located {
    /// The file, absolute.
    pub path: PathBuf,
    /// What was said.
    pub place: Place,
    /// The line's text; empty where the file has no such line.
    pub text: String,
}

/// What a failed session of `run` wrote: `log`, or where there is none its last lines. Touches the disk.
pub fn places(run: &Prepared, log: Option<&Path>, tail: &[String]) -> Vec<Located> {
    named(run, &written(log, tail).0)
}

/// The end of what a session wrote, and whether that is all of it.
pub fn written(log: Option<&Path>, tail: &[String]) -> (String, bool) {
    log.and_then(|log| disk::end_of(log, READ_BYTES)).unwrap_or_else(|| (tail.join("\n"), false))
}

/// The places that `output` names. Only files of the workspace count.
pub fn named(run: &Prepared, output: &str) -> Vec<Located> {
    let plain = anstream::adapter::strip_str(output).to_string();
    let noxfile_folder = run.noxfile.parent().unwrap_or(&run.folder);
    let mut texts: BTreeMap<PathBuf, Option<Arc<str>>> = BTreeMap::new();
    let places = ide::places(plain.lines()).into_iter().filter_map(|place| {
        let folders = [noxfile_folder.join(&place.folder), noxfile_folder.to_path_buf(), run.folder.clone()];
        let paths = folders.iter().map(|folder| disk::normal(&folder.join(&place.path)));
        let mut paths = paths.filter(|path| path.starts_with(&run.folder));
        let (path, text) = paths.find_map(|path| {
            let text = texts.entry(path.clone()).or_insert_with(|| disk::read_text(&path)).clone()?;
            Some((path, text))
        })?;
        let at = usize::try_from(place.line).unwrap_or(usize::MAX).saturating_sub(1);
        let text = text.lines().nth(at).filter(|line| line.len() <= LONG_LINE).unwrap_or_default().to_owned();
        Some(Located { path, place, text })
    });
    places.collect()
}
