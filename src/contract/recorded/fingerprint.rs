//! What a recorded answer was recorded from: the code as tokens, the data beside it, what an install brings, and what starts
//! it. Neither comments and layout nor the version are part of it, as they change no answer.

use std::thread;

use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};
use sha2::{Digest as _, Sha256};

use super::Recordable;
use crate::layout::InstalledFile;
use crate::program;
use crate::spec::name;
use crate::spec::requirement::Requirement;
use crate::syntax::{decode, tokens};
use crate::text::hex;
use crate::tree::SourceTree;

/// What is larger is no data that tools are made from.
const LARGEST: u64 = 1 << 20;

/// The fingerprint: `sha256:` and the digest.
pub(super) fn of(of: Recordable<'_>) -> String {
    let project = of.project;
    let mut whole = Sha256::new();
    let scripts = project.scripts().filter_map(|(group, entry)| {
        let reference = entry.reference.as_ref().ok()?;
        Some(format!("{} {} = {reference}", group.name.value, entry.name.value))
    });
    add(&mut whole, scripts.collect());
    let requirements = project.dependencies.iter().filter_map(|wanted| wanted.value.as_ref().ok());
    add(&mut whole, requirements.map(plain).collect());
    add(&mut whole, digests(of));
    format!("sha256:{}", hex(&whole.finalize()))
}

/// The digests of the files that the server may be made from. Whoever asks waits on a thread of its own, as one of rayon's
/// would take up other work while it waits, which may ask for the same.
fn digests(Recordable { tree, layout, .. }: Recordable<'_>) -> Vec<String> {
    // what an sdist tells of its build is no part of the tree that it was built from
    let made = layout.build_info.as_ref().map(|made| &made.path);
    let shipped = layout.wheel.iter().filter(|shipped| made != Some(&shipped.file.path));
    let files: Vec<&InstalledFile> = shipped.filter(|shipped| tells(shipped)).collect();
    let digests = || files.par_iter().map(|shipped| digest(shipped, tree)).collect();
    let apart = || program::pool(tree.root()).map(|pool| pool.install(digests));
    let done = thread::scope(|scope| scope.spawn(apart).join());
    // without threads nothing is known of it, and a build stops by itself
    done.ok().and_then(Result::ok).unwrap_or_default()
}

/// Adds some lines, whatever their order.
fn add(whole: &mut Sha256, mut lines: Vec<String>) {
    lines.sort_unstable();
    for line in lines {
        whole.update(line.as_bytes());
        whole.update([0]);
    }
    whole.update([1]);
}

/// A requirement whose spelling is no difference.
fn plain(wanted: &Requirement) -> String {
    let rest = wanted.text[wanted.name_range.end..].chars();
    let rest: String =
        rest.filter(|char| !char.is_whitespace()).map(|char| if char == '\'' { '"' } else { char }).collect();
    name::normalize(&wanted.name) + &rest
}

/// Whether the server may be made from the file: stubs and large data are for others.
fn tells(shipped: &InstalledFile) -> bool {
    let path = &shipped.installed;
    let is_code = path.ends_with(".py");
    is_code || shipped.file.size <= LARGEST && !path.ends_with(".pyi") && !path.ends_with("py.typed")
}

fn digest(shipped: &InstalledFile, tree: &SourceTree) -> String {
    let mut digest = Sha256::new();
    let mut bytes = tree.read(&shipped.file.path).unwrap_or_default();
    // a checkout may have other line ends
    bytes.retain(|byte| *byte != b'\r');
    let text = shipped.installed.ends_with(".py").then(|| decode(bytes.clone()).ok()).flatten();
    match text.as_deref().and_then(tokens) {
        Some(tokens) => tokens.iter().for_each(|token| {
            digest.update(token.as_bytes());
            digest.update([0]);
        }),
        None => digest.update(&bytes),
    }
    format!("{} {}", shipped.installed, hex(&digest.finalize()))
}
