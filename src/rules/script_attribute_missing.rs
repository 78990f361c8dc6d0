//! ENT002.

use crate::diagnostic::{Diagnostic, Location};
use crate::program::{Definition, Found, Resolution};
use crate::rule::{Subject, Target, declare_rule};
use crate::syntax::Guard;
use crate::text::closest;

declare_rule! {
    /// ## What it does
    /// Checks that what an entry point names is defined in its module, also where it is only imported there.
    ///
    /// What only runs under `if __name__ == "__main__":` or `if TYPE_CHECKING:` is not defined for an entry point. A
    /// module that binds names in a way that cannot be read, such as `__getattr__` or `globals()[...]`, is believed.
    ///
    /// ## Why is this bad?
    /// The command is installed, and its first start ends with `ImportError: cannot import name`.
    ///
    /// ## Example
    /// `pyproject.toml`:
    /// ```toml
    /// [project.scripts]
    /// weather = "weather.server:run"
    /// ```
    ///
    /// Use instead:
    /// `pyproject.toml`:
    /// ```toml
    /// [project.scripts]
    /// weather = "weather.server:main"
    /// ```
    ENT002 "script-attribute-missing" Error(Start) Structural
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    for target in subject.targets() {
        match &target.resolution {
            Resolution::Unbound { module, attribute, only_under } => {
                report.push(unbound(subject, &target, module, attribute, *only_under));
            }
            Resolution::Bound(found) if target.is_script() && found.iter().all(is_module) => {
                report.push(module_called(subject, &target));
            }
            Resolution::Bound(_) | Resolution::Unknown => {}
        }
    }
}

fn is_module(found: &Found<'_>) -> bool {
    matches!(found.definition, Definition::Module)
}

fn place(subject: &Subject<'_>, target: &Target<'_>) -> Location {
    Location::span(subject.project.path(), target.entry.value.span)
}

fn unbound(
    subject: &Subject<'_>,
    target: &Target<'_>,
    module: &str,
    attribute: &str,
    only_under: Option<Guard>,
) -> Diagnostic {
    let Target { entry, reference, .. } = target;
    let why = match only_under {
        Some(Guard::Main) => "which is defined only when the file is run itself",
        Some(_) => "which is defined only for type checkers",
        None => "which is not defined",
    };
    let finding = RULE
        .card
        .at(place(subject, target), format!("entry point `{}` names `{reference}`, {why}", entry.name.value));
    if only_under.is_some() {
        return finding.help(format!("define `{attribute}` in `{module}` outside the `if`"));
    }
    if module != reference.module {
        return re_export(subject, finding, module, attribute);
    }
    match meant(subject, module, attribute) {
        Some(name) => {
            let finding = finding.help(format!("write `{}:{name}`", reference.module));
            match (
                subject.program.path(module),
                subject.program.functions(module).find(|(other, ..)| *other == name),
            ) {
                (Some(path), Some((_, binding, _))) => {
                    finding.related(Location::span(path, binding.span), format!("`{name}` is defined here"))
                }
                _ => finding,
            }
        }
        None => finding.help(format!("define `{attribute}` in `{module}`, or name what starts the server")),
    }
}

/// The finding where the name is bound by an import of what is not there.
fn re_export(subject: &Subject<'_>, finding: Diagnostic, module: &str, attribute: &str) -> Diagnostic {
    match meant(subject, module, attribute) {
        Some(name) => finding
            .help(format!("it is imported from `{module}`, which has no `{attribute}`; import `{name}`")),
        None => finding
            .help(format!("it is imported from `{module}`, which has no `{attribute}`; define it there")),
    }
}

/// The name that may be meant: one spelled alike, or the only function that could be.
fn meant<'a>(subject: &Subject<'a>, module: &'a str, attribute: &str) -> Option<&'a str> {
    let functions =
        || subject.program.functions(module).map(|(name, ..)| name).filter(|name| !name.starts_with('_'));
    let sole = || {
        let mut callable = subject.program.functions(module).filter(|(name, _, function)| {
            !name.starts_with('_')
                && !function.is_async
                && function.required_parameters().next().is_none()
                && function.decorators.is_empty()
        });
        callable.next().filter(|_| callable.next().is_none()).map(|(name, ..)| name)
    };
    let usual = || functions().find(|name| ["main", "run", "cli", "serve"].contains(name));
    closest(attribute, subject.program.names(module)).or_else(usual).or_else(sole)
}

fn module_called(subject: &Subject<'_>, target: &Target<'_>) -> Diagnostic {
    let Target { entry, reference, .. } = target;
    let module = format!("{}.{}", reference.module, reference.attributes.join("."));
    let message =
        format!("entry point `{}` names the module `{module}`, which cannot be called", entry.name.value);
    let name = subject.program.functions(&module).map(|(name, ..)| name).find(|name| *name == "main");
    RULE.card.at(place(subject, target), message).help(format!("write `{module}:{}`", name.unwrap_or("main")))
}
