use crate::diagnostic::{Diagnostic, Location};
use crate::foreign::Open;
use crate::rule::{Subject, declare_rule};

declare_rule! {
    /// ## What it does
    /// Tells that it is not known which files the wheel of another backend holds, and which rules could not be asked for
    /// that.
    ///
    /// What a backend is told in its settings is read as it reads it. Code that runs at the build is not run, and what a
    /// `setup.py` computes is not computed.
    ///
    /// ## Why is this bad?
    /// It need not be. But what is missing from the wheel, a module that a script names or a file that the server reads,
    /// is not found then, and that nothing was found says less.
    ///
    /// Remedy: by hand, since only the build tells what ships.
    ///
    /// ## Example
    /// `pyproject.toml`:
    /// ```toml
    /// [build-system]
    /// requires = ["hatchling"]
    /// build-backend = "hatchling.build"
    ///
    /// [tool.hatch.build.hooks.custom]
    /// path = "hatch_build.py"
    /// ```
    ///
    /// Use instead:
    /// `pyproject.toml`:
    /// ```toml
    /// [build-system]
    /// requires = ["hatchling"]
    /// build-backend = "hatchling.build"
    /// ```
    FIL020 "unknown-contents" Warning Author
}

/// The rules that ask what ships for sure.
const UNASKED: &str = "`DEP013`, `ENT001`, `ENT008`, `ENT009`, `ENT013`, `FIL002`, `FIL008` and `MET020`";

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let place = |open: &Open| match open.span {
        Some(span) => Location::span(&open.path, span),
        None => Location::whole(&open.path),
    };
    let Some((first, others)) = subject.layout.open.split_first() else { return };
    let message = format!("what the wheel holds is not known for sure: {}", first.why);
    let finding = RULE.at(place(first), message);
    let finding = others.iter().fold(finding, |finding, open| finding.related(place(open), open.why.clone()));
    report.push(finding.help(format!("look into the wheel that is built; {UNASKED} were not asked")));
}
