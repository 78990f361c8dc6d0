//! The `uv.lock` of a bundle: the project's own, with the wheel that lies in the bundle in the place of the project.
//!
//! It is what `uv lock` would write there, so that the client's uv takes it as it is: a package that has the wheel's name,
//! its digest and what its metadata requires, and the bundle, which requires that.

use std::fmt::Write as _;

use super::{Publication, sha256};
use crate::plan::Content;
use crate::spec::name;
use crate::spec::requirement::Requirement;
use crate::text::literal::quoted;

/// What begins a package, in the one form in which uv writes it.
const PACKAGE: &str = "\n[[package]]\n";

/// The lock, where the project is locked by one of uv's.
pub(super) fn text(publication: &Publication<'_>, wheel: &str, bytes: &[u8]) -> Option<String> {
    let lock = publication.lock.filter(|lock| lock.path.name() == "uv.lock")?;
    let text = publication.tree.text_lossy(&lock.path)?.replace("\r\n", "\n");
    let own = name::normalize(publication.name);
    let mut blocks = text.split(PACKAGE);
    // what follows speaks of the workspace that the lock was made in
    let head = blocks.next()?.split("\n[").next()?.split("\nconflicts = ").next()?.trim_end();
    let (mine, others): (Vec<&str>, Vec<&str>) = blocks.partition(|block| is_own(block, &own));
    let [mine] = mine[..] else { return None };
    let pins = lock.extra(publication.project)?;
    let is_taken = |block: &&str| {
        let (name, version) = (value(block, "name"), value(block, "version"));
        pins.iter().any(|pin| {
            let pinned =
                pin.specifiers.as_ref().and_then(|only| only.first()).map(|only| only.version().to_string());
            Some(pin.name.as_str()) == name && pinned.as_deref() == version
        })
    };
    let mut packages: Vec<String> =
        others.into_iter().filter(is_taken).map(|block| format!("{}\n", block.trim_end())).collect();
    packages.push(installed(publication, &own, mine, wheel, bytes));
    packages.push(bundle(publication, &own, wheel));
    Some(format!("{head}\n{PACKAGE}{}", packages.join(PACKAGE)))
}

fn is_own(block: &str, own: &str) -> bool {
    let source = block.lines().find(|line| line.starts_with("source = ")).unwrap_or_default();
    value(block, "name") == Some(own)
        && ["editable", "virtual"].iter().any(|kind| source.contains(&format!("{{ {kind} = ")))
}

/// The string that the line of a key holds.
fn value<'b>(block: &'b str, key: &str) -> Option<&'b str> {
    let line = block.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(" = \""))?;
    line.strip_suffix('"')
}

/// The project as its wheel.
fn installed(publication: &Publication<'_>, own: &str, mine: &str, wheel: &str, bytes: &[u8]) -> String {
    let (wheel, version) = (quoted(wheel), quoted(&publication.version.to_string()));
    let mut text = format!("name = \"{own}\"\nversion = {version}\nsource = {{ path = {wheel} }}\n");
    text += array(mine, "dependencies").unwrap_or_default();
    let _ =
        writeln!(text, "wheels = [\n    {{ filename = {wheel}, hash = \"sha256:{}\" }},\n]", sha256(bytes));
    // an extra of the project's own that it asks for itself
    let extras =
        mine.split_once("\n[package.optional-dependencies]\n").map(|(_, rest)| rest.split("\n\n").next());
    if let Some(extras) =
        extras.flatten().filter(|_| text.contains(&format!("{{ name = \"{own}\", extra = ")))
    {
        let _ = writeln!(text, "\n[package.optional-dependencies]\n{}", extras.trim_end());
    }
    let (requires, extras) = metadata(publication);
    let requires: String =
        requires.iter().map(|requirement| format!("    {},\n", entry(requirement))).collect();
    let extras: Vec<String> = extras.iter().map(|extra| quoted(extra)).collect();
    let _ = writeln!(
        text,
        "\n[package.metadata]\nrequires-dist = [\n{requires}]\nprovides-extras = [{}]",
        extras.join(", ")
    );
    text
}

fn bundle(publication: &Publication<'_>, own: &str, wheel: &str) -> String {
    format!(
        "name = \"{own}-bundle\"\nversion = {}\nsource = {{ virtual = \".\" }}\ndependencies = [\n    {{ name = \"{own}\" }},\n]\n\n\
         [package.metadata]\nrequires-dist = [{{ name = \"{own}\", path = {} }}]\n",
        quoted(&publication.version.to_string()),
        quoted(wheel),
    )
}

/// The array under a key at the top of a package, with the key.
fn array<'b>(block: &'b str, key: &str) -> Option<&'b str> {
    let top = block.split("\n[package.").next()?;
    let start = top.find(&format!("\n{key} = ["))? + 1;
    let end = if top[start..].lines().next()?.ends_with(']') { "]\n" } else { "\n]\n" };
    let length = top[start..].find(end)? + end.len();
    Some(&top[start..start + length])
}

/// What the wheel's metadata requires, and its extras.
fn metadata(publication: &Publication<'_>) -> (Vec<Requirement>, Vec<String>) {
    let is_metadata = |path: &str| path.ends_with(".dist-info/METADATA");
    let entry = publication.entries.iter().find(|entry| is_metadata(&entry.path));
    let Some(Content::Bytes(bytes)) = entry.map(|entry| &entry.content) else {
        return (Vec::new(), Vec::new());
    };
    let text = String::from_utf8_lossy(bytes);
    let headers = || text.lines().take_while(|line| !line.is_empty());
    let requires =
        headers().filter_map(|line| Requirement::parse(line.strip_prefix("Requires-Dist: ")?).ok());
    let extras = headers().filter_map(|line| line.strip_prefix("Provides-Extra: ").map(str::to_owned));
    (requires.collect(), extras.collect())
}

/// A requirement as uv writes it.
fn entry(requirement: &Requirement) -> String {
    let mut text = format!("{{ name = {}", quoted(&name::normalize(&requirement.name)));
    if !requirement.extras.is_empty() {
        let extras: Vec<String> =
            requirement.extras.iter().map(|extra| quoted(&name::normalize(extra))).collect();
        let _ = write!(text, ", extras = [{}]", extras.join(", "));
    }
    if requirement.marker.is_some() {
        let _ = write!(text, ", marker = {}", quoted(requirement.marker_text()));
    }
    let specifiers: String =
        requirement.text[requirement.detail_range.clone()].chars().filter(|c| !"() ".contains(*c)).collect();
    if !specifiers.is_empty() {
        let _ = write!(text, ", specifier = {}", quoted(&specifiers));
    }
    text + " }"
}
