//! What the program uses of the SDKs that not every release of them has.
//!
//! Silent on all that need not be there: imports for type checkers, those whose failure is caught, those under any
//! condition, the tests, and private names.

use std::collections::BTreeSet;

use crate::knowledge::sdk::{self, Releases, Sdk};
use crate::program::Program;
use crate::syntax::{Guard, Import, Imported};
use crate::text::Span;

/// One use of something that comes or goes with a release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SdkUse<'a> {
    /// By whose releases it is dated.
    pub sdk: Sdk,
    /// What is used, as a user would look it up: `mcp.server.fastmcp`.
    pub what: String,
    /// The releases that have it.
    pub releases: Releases,
    /// The module of the project that uses it.
    pub module: &'a str,
    /// Where.
    pub span: Span,
    /// It is used only when a function is called, or the file is run itself.
    pub late: bool,
}

/// Everything of that kind, by module and place.
pub fn sdk_uses(program: &Program) -> Vec<SdkUse<'_>> {
    let mut uses = Vec::new();
    for (module, facts) in program.iter().filter(|(name, _)| !is_test(name)) {
        for import in facts.imports() {
            let path = import.module.value.name.as_str();
            let Some(sdk) = Sdk::of_module(path).filter(|_| import.module.value.level == 0) else { continue };
            let own = path.split('.').next().is_some_and(|top| program.path(top).is_some());
            if own || !may_fail(import) {
                continue;
            }
            let late = import.under(Guard::Function) || import.under(Guard::Main);
            let used = |(what, releases, span)| SdkUse { sdk, what, releases, module, span, late };
            uses.extend(imported(import).into_iter().map(used));
        }
    }
    uses
}

/// The parts of `uses` that `lacks` says are lacking, each thing once where it is used first, and how often it is.
///
/// What belongs to something that is lacking itself is left out.
pub fn lacking<'u, 'a>(
    uses: &'u [SdkUse<'a>],
    lacks: impl Fn(&SdkUse<'a>) -> bool,
) -> Vec<(&'u SdkUse<'a>, usize)> {
    let lacking: Vec<&SdkUse<'a>> = uses.iter().filter(|used| lacks(used)).collect();
    let names: BTreeSet<&str> = lacking.iter().map(|used| used.what.as_str()).collect();
    let within = |what: &str| {
        what.match_indices(['.', '(']).any(|(end, _)| names.contains(&what[..end]))
    };
    let mut found: Vec<(&SdkUse<'a>, usize)> = Vec::new();
    for used in lacking.into_iter().filter(|used| !within(&used.what)) {
        match found.iter_mut().find(|(known, _)| known.what == used.what) {
            Some((known, count)) => {
                *count += 1;
                if known.late && !used.late {
                    *known = used;
                }
            }
            None => found.push((used, 1)),
        }
    }
    found
}

/// Whether the program stops where the import fails, as far as the text tells.
fn may_fail(import: &Import) -> bool {
    let excused = [Guard::TypeChecking, Guard::Handled, Guard::Fallback, Guard::Condition];
    !excused.iter().any(|guard| import.under(*guard))
}

/// The module and the names that an import needs, as far as they come or go.
fn imported(import: &Import) -> Vec<(String, Releases, Span)> {
    let path = &import.module.value.name;
    let Some(releases) = sdk::module(path) else { return Vec::new() };
    let mut all = vec![(path.clone(), releases, import.module.span)];
    if let Imported::Names(names) = &import.names {
        all.extend(names.iter().filter(|name| !name.name.value.starts_with('_')).filter_map(|name| {
            let releases = sdk::name(path, &name.name.value)?;
            Some((format!("{path}.{}", name.name.value), releases, name.name.span))
        }));
    }
    all
}

/// Whether the module is one of the project's tests.
fn is_test(module: &str) -> bool {
    module.split('.').any(|part| {
        matches!(part, "tests" | "test" | "testing" | "conftest") || part.starts_with("test_") || part.ends_with("_test")
    })
}
