use std::collections::BTreeMap;

use super::generic_top_level::{is_generic, moved};
use crate::diagnostic::{Diagnostic, Location};
use crate::layout::SRC;
use crate::rule::{Subject, declare_rule};
use crate::text::RelPath;

declare_rule! {
    /// ## What it does
    /// Looks for top-level modules of the wheel that have no word in common with the others: `weather` and `astro`.
    ///
    /// ## Why is this bad?
    /// Users expect what they install under its name. A second name in everybody's `site-packages` is one more that can
    /// meet another project's.
    ///
    /// ## Example
    /// `pyproject.toml`:
    /// ```toml
    /// [tool.mcp-backend]
    /// module-name = ["weather", "astro"]
    /// ```
    ///
    /// `src/astro/__init__.py`:
    /// ```python
    /// MOONS = 1
    /// ```
    ///
    /// Use instead:
    /// `src/weather/astro.py`:
    /// ```python
    /// MOONS = 1
    /// ```
    FIL004 "several-unrelated-top-levels" Warning Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let project = subject.project;
    let own = project.module_name();
    let mut tops = BTreeMap::new();
    for module in subject.layout.modules.iter() {
        tops.entry(module.name.split('.').next().unwrap_or_default()).or_insert(&module.path);
    }
    // other rules tell these already
    tops.retain(|top, _| *top == own || !is_generic(top) && subject.owner_of(top).is_none());
    let related = |top: &str, other: &str| words(top).any(|word| words(other).any(|second| word == second));
    let home = tops.keys().copied().find(|top| *top == own).or_else(|| {
        tops.keys().copied().find(|top| related(top, &own)).or_else(|| tops.keys().copied().next())
    });
    let Some(home) = home else { return };
    for (top, path) in &tops {
        if *top == home || related(top, home) || related(top, &own) {
            continue;
        }
        let names = project.settings.module_names.as_deref().unwrap_or_default();
        let named = names.iter().find(|name| name.value.split('.').next() == Some(top));
        let place = named.map_or_else(|| Location::whole(path), |name| project.at(name.span));
        let message =
            format!("the wheel installs `{top}` beside `{home}`, and the names have nothing in common");
        let finding = RULE.at(place, message);
        let into = moved(subject, top, &place_of(top, path));
        report.push(finding.help(format!("{into}, or make it a project of its own")));
    }
}

/// The folder or the file of the top-level module that holds `path`.
fn place_of(top: &str, path: &RelPath) -> RelPath {
    let src = RelPath::new(SRC);
    if path.parent() == src { path.clone() } else { src.join(top) }
}

/// The words of a module's name that say something.
fn words(name: &str) -> impl Iterator<Item = &str> {
    name.split(['_', '-']).filter(|word| !word.is_empty() && *word != "mcp" && *word != "stubs")
}
