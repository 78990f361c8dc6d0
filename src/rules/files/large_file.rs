use std::collections::BTreeMap;

use crate::diagnostic::{Diagnostic, Level};
use crate::layout;
use crate::plan::{Content, Plan};
use crate::rule::{Subject, declare_rule};
use crate::text::RelPath;

declare_rule! {
    /// ## What it does
    /// Looks for files above 10 MB that would ship. It is an error when what is compressed already (images, archives,
    /// films) alone brings a wheel or sdist above the 100 MB that PyPI takes.
    ///
    /// Of a Python file above 16 MB nothing is known but its length.
    ///
    /// A project with a `Private ::` classifier has no such limit.
    ///
    /// ## Why is this bad?
    /// Users wait for it before the server's first answer, and clients give up. What is above PyPI's limit cannot be
    /// uploaded.
    ///
    /// ## Example
    /// `src/weather/climate.bin`:
    /// ```size
    /// 12000000
    /// ```
    ///
    /// Use instead:
    /// `src/weather/climate.py`:
    /// ```python
    /// URL = "https://example.org/climate.bin"
    /// ```
    FIL011 "large-file" Warning(Upload) Author
}

/// What a file may have.
const LARGE: u64 = 10 * MB;
/// What PyPI takes when a project has not asked for more.
const LIMIT: u64 = 100 * MB;
const MB: u64 = 1024 * 1024;

/// What hardly shrinks any more.
const COMPRESSED: [&str; 20] = [
    "7z", "avif", "br", "bz2", "gif", "gz", "jpeg", "jpg", "m4a", "mkv", "mov", "mp3", "mp4", "ogg", "png",
    "webm", "webp", "woff2", "xz", "zst",
];

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let mut large: BTreeMap<&RelPath, u64> = BTreeMap::new();
    for (path, size) in files(subject.wheel).chain(files(subject.sdist)).filter(|(_, size)| *size > LARGE) {
        large.insert(path, size);
    }
    for (path, size) in large {
        let unread = path.name().ends_with(".py") && subject.tree.is_too_long(path);
        let unread = if unread { ", too many for what is in it to be checked" } else { "" };
        let message = format!("`{}` has {} MB{unread}", path.name(), size / MB);
        let shipped = files(subject.wheel).any(|(other, _)| other == path);
        let list = if shipped { "wheel-exclude" } else { "sdist-exclude" };
        report.push(
            RULE.at(path, message).help(format!(
                "let the server load it when it is first needed, or add `{path}` to `{list}`",
            )),
        );
    }
    if subject.project.is_private() {
        return;
    }
    for (what, plan) in [("wheel", subject.wheel), ("sdist", subject.sdist)] {
        let least: u64 = files(plan).filter(|(path, _)| is_compressed(path)).map(|(_, size)| size).sum();
        // a tenth may yet be saved
        if least / 10 * 9 > LIMIT {
            let place = subject.project.at(layout::name_place(subject.project));
            let message =
                format!("the {what} would have more than {} MB, and PyPI takes 100 MB", least / 10 * 9 / MB);
            let help = format!("leave files out with `{what}-exclude`; `mcp-backend files` lists them");
            report.push(RULE.at(place, message).help(help).level(Level::Error));
        }
    }
}

/// The project's files in an archive, with their sizes.
fn files(plan: &Plan) -> impl Iterator<Item = (&RelPath, u64)> {
    plan.entries.iter().filter_map(|entry| match &entry.content {
        Content::File { path, size } => Some((path, *size)),
        Content::Bytes(_) | Content::Record => None,
    })
}

fn is_compressed(path: &RelPath) -> bool {
    let suffix = path.name().rsplit_once('.').map_or("", |(_, suffix)| suffix).to_ascii_lowercase();
    COMPRESSED.contains(&suffix.as_str())
}
