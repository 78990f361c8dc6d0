use std::collections::BTreeSet;

use crate::diagnostic::Diagnostic;
use crate::program::{Definition, Resolution, ResolvedName};
use crate::rule::{Subject, Target, declare_rule};
use crate::syntax::{BindingKind, Constructor, Formal};

declare_rule! {
    /// ## What it does
    /// Checks that what a script names can be called without arguments.
    ///
    /// A decorated function is left alone: click and typer fill in the arguments.
    ///
    /// ## Why is this bad?
    /// The command calls it without arguments and ends with `TypeError: missing 1 required positional argument`.
    ///
    /// Remedy: by hand, since only the author knows where the value is to come from.
    ///
    /// ## Example
    /// `src/weather/server.py`:
    /// ```python
    /// from mcp.server import MCPServer
    ///
    /// def main(city: str) -> None:
    ///     MCPServer(city).run()
    /// ```
    ///
    /// Use instead:
    /// `src/weather/server.py`:
    /// ```python
    /// from mcp.server import MCPServer
    ///
    /// def main(city: str = "Paris") -> None:
    ///     MCPServer(city).run()
    /// ```
    ENT006 "script-needs-arguments" Error(Start) Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let mut seen = BTreeSet::new();
    for target in subject.targets().filter(Target::is_script) {
        let Resolution::Bound(found) = &target.resolution else { continue };
        let wanted: Vec<Option<&Formal>> = found.iter().map(first_required).collect();
        if let (true, Some(Some(parameter))) = (wanted.iter().all(Option::is_some), wanted.first()) {
            // an alias of a script has the fault of the first
            if !seen.insert(target.reference.to_string()) {
                continue;
            }
            report.push(finding(subject, &target, &found[0], parameter));
        }
    }
}

/// The first parameter without which the call fails for sure.
fn first_required<'a>(found: &ResolvedName<'a>) -> Option<&'a Formal> {
    // a name in a class's body may be a descriptor, or called on an instance elsewhere
    let Definition::Binding(binding) = found.definition else { return None };
    match &binding.kind {
        BindingKind::Function(function) if function.decorators().is_empty() && !function.is_async() => {
            function.required_parameters().next()
        }
        // a base may bring a metaclass, or a `__new__` that hands on arguments of its own
        BindingKind::Class(class) if class.bases().all(|base| base.as_deref() == Some("object")) => {
            match class.constructor() {
                // the first is the object itself
                Constructor::Own(init)
                    if init.definition.parameters.first().is_some_and(|object| object.default.is_none()) =>
                {
                    init.required_parameters().nth(1)
                }
                _ => None,
            }
        }
        _ => None,
    }
}

fn finding(
    subject: &Subject<'_>,
    target: &Target<'_>,
    found: &ResolvedName<'_>,
    parameter: &Formal,
) -> Diagnostic {
    let Target { entry, reference, .. } = target;
    let message = format!(
        "script `{}` names `{reference}`, which needs the argument `{}`",
        entry.name.value, parameter.name
    );
    let finding = RULE.at(subject.project.at(entry.value.span), message);
    let finding = finding.related_where(subject.in_module(found.module, parameter.span), "it has no default");
    finding
        .help(format!("give `{}` a default, or read it from `sys.argv` or the environment", parameter.name))
}
