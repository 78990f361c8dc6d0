//! Flit: <https://flit.pypa.io/en/stable/pyproject_toml.html>.

use super::work::{self, Work, quoted};
use super::{Backend, Refusal, globs};
use crate::foreign;
use crate::syntax::{TermKind, term};

pub(super) static BACKEND: Backend = Backend {
    tool: &foreign::FLIT,
    requires: &["flit-core", "flit"],
    tables: &["tool.flit"],
    void: &["tool.flit.module.name"],
    commands: &["flit build", "flit publish", "flit install"],
    carry,
};

fn carry(work: &mut Work<'_>) -> Result<(), Refusal> {
    if work.document.at("project").is_none() {
        return Err(Refusal(
            "flit's own metadata is of before 2021: `flit` itself rewrites it as `[project]`".to_owned(),
        ));
    }
    let named = work
        .document
        .text("tool.flit.module.name")
        .unwrap_or_else(|| work.name().unwrap_or_default().replace('-', "_"));
    let path = named.replace('.', "/");
    let main = [format!("{path}/__init__.py"), format!("{path}.py")];
    let file = main.iter().find_map(|installed| work.sources.place_of(installed));
    let file = file.map(ToString::to_string).unwrap_or_default();
    if work.is_dynamic("version") {
        work.version_in(&file, &["__version__"]);
    }
    if work.is_dynamic("description")
        && let Some(line) = work.read(&file).and_then(|text| docstring(&text))
    {
        work.settle("description", quoted(&line));
    }
    if let Some(folder) = work.document.text("tool.flit.external-data.directory") {
        work.data.push(("data".to_owned(), work::plain(&folder)));
        work.document.carry("tool.flit.external-data.directory");
    }
    if let Some(globs) = work.patterns("tool.flit.sdist.include", globs::rooted) {
        work.sdist_include(&globs);
    }
    if let Some(globs) = work.patterns("tool.flit.sdist.exclude", globs::rooted) {
        work.sdist_exclude(&globs);
    }
    Ok(())
}

/// The first line of a module's docstring.
fn docstring(text: &str) -> Option<String> {
    let code = text.lines().skip_while(|line| line.trim().is_empty() || line.starts_with('#'));
    let rest: Vec<&str> = code.collect();
    let rest = rest.join("\n");
    let quote = ["\"\"\"", "'''", "\"", "'"]
        .into_iter()
        .find(|quote| rest.trim_start_matches(['r', 'R']).starts_with(quote))?;
    // the first closing quote that is not escaped
    let ends = rest.match_indices(quote).skip(1).take(8);
    let text = ends.map(|(at, _)| term(&rest[..at + quote.len()])).find_map(|term| match term?.kind {
        TermKind::Text(text) => Some(text),
        _ => None,
    })?;
    text.lines().map(str::trim).find(|line| !line.is_empty()).map(str::to_owned)
}
