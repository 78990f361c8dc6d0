use std::collections::BTreeSet;

use crate::diagnostic::{Diagnostic, Location};
use crate::registry_files::{Launch, LaunchLine};
use crate::rule::{Subject, declare_rule};
use crate::spec::entry_points::Reference;
use crate::text::{RelPath, Span};

declare_rule! {
    /// ## What it does
    /// Checks that a package has a `__main__.py` when the readme, settings of a client, a bundle's
    /// `manifest.json` or an image start it by `python -m`.
    ///
    /// ## Why is this bad?
    /// `python -m weather` runs `weather/__main__.py`. Without that file it says that the package "cannot be directly
    /// executed", and a client reports a server that does not start.
    ///
    /// ## Example
    /// `README.md`:
    /// ```markdown
    /// ~~~sh
    /// python -m weather
    /// ~~~
    /// ```
    ///
    /// Use instead:
    /// `README.md`:
    /// ```markdown
    /// ~~~sh
    /// python -m weather
    /// ~~~
    /// ```
    /// `src/weather/__main__.py`:
    /// ```python
    /// """What `python -m weather` runs."""
    ///
    /// import sys
    ///
    /// from weather.server import main
    ///
    /// if __name__ == "__main__":
    ///     sys.exit(main())
    /// ```
    ENT009 "python-m-without-dunder-main" Warning Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let mut told = BTreeSet::new();
    for LaunchLine { source, launch, .. } in subject.registry_files.launches() {
        let Launch::Module(word) = launch else { continue };
        let Some(path) = missing(subject, &word.text).filter(|_| told.insert(word.text.clone())) else {
            continue;
        };
        let place = Location::span(source.path(), Span::new(word.range.start, word.range.end));
        let finding = RULE.at(place, format!("`python -m {}` needs `{path}`, which is not there", word.text));
        let script = script(subject, &word.text);
        report.push(match script.map(|reference| content(&word.text, reference)) {
            Some(content) => finding.help(format!("add `{path}`:\n{}", content.trim_end())).edit(
                &path,
                Span::new(0, 0),
                content,
            ),
            None => finding.help(format!("add `{path}`, which starts the server")),
        });
    }
}

/// The `__main__.py` of the package called `name`, when it has none.
fn missing(subject: &Subject<'_>, name: &str) -> Option<RelPath> {
    let modules = &subject.layout.modules;
    let package = modules.get(name).filter(|module| module.package && subject.layout.complete())?;
    let main = format!("{name}.__main__");
    let path = package.path.parent().join("__main__.py");
    // a file that is there, and does not ship, was left out on purpose
    (!modules.importable(&main) && subject.tree.file(&path).is_none()).then_some(path)
}

/// What the project's script calls, when it lies in the package and is all that the script needs.
fn script<'s>(subject: &Subject<'s>, package: &str) -> Option<&'s Reference> {
    let own = subject.project.name.as_ref().map_or("", |name| &name.value);
    let scripts: Vec<_> = subject.project.scripts().map(|(_, entry)| entry).collect();
    let entry = match scripts.as_slice() {
        [only] => Some(only),
        several => several.iter().find(|entry| entry.name.value == own),
    };
    let reference = entry?.reference.as_ref().ok()?;
    let inside = reference.module == package || reference.module.starts_with(&format!("{package}."));
    let plain = reference.attributes.len() == 1 && subject.layout.modules.importable(&reference.module);
    (inside && plain).then_some(reference)
}

fn content(package: &str, reference: &Reference) -> String {
    let (module, attribute) = (&reference.module, &reference.attributes[0]);
    format!(
        "\"\"\"What `python -m {package}` runs.\"\"\"\n\nimport sys\n\nfrom {module} import {attribute}\n\n\
         if __name__ == \"__main__\":\n    sys.exit({attribute}())\n"
    )
}
