use crate::dependencies::{self, Sdks};
use crate::diagnostic::{Diagnostic, Level};
use crate::rule::{Subject, declare_rule};
use crate::sdk::{self, StartResult};
use crate::server::{Asked, SdkRefusal};
use crate::text::closest;

declare_rule! {
    /// ## What it does
    /// Finds what the code asks of the SDKs `mcp` and `fastmcp` and no release of them has ever had: modules, names,
    /// methods, keywords, transports, and calls with too many or too few arguments.
    ///
    /// What some release has is a matter of `sdk-range-breaks-import` and `sdk-floor-too-low`. What stands under a condition,
    /// where its failure is caught or in tests does not count. What does not surely run when a script starts is a warning,
    /// and so is what a release of the newest major might bring that is not known yet.
    ///
    /// ## Why is this bad?
    /// The server ends with `ImportError`, `AttributeError`, `TypeError` or `ValueError`. The two SDKs look alike, and what
    /// one of them takes the other often does not: `mcp` 1 gives the host and the port to the server and not to `run`, and
    /// calls the transport `streamable-http` that `fastmcp` calls `http` as well.
    ///
    /// ## Example
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// dependencies = ["mcp>=1.8,<2"]
    /// ```
    /// `src/weather/server.py`:
    /// ```python
    /// from mcp.server.fastmcp import FastMCP
    ///
    /// mcp = FastMCP("weather")
    ///
    ///
    /// def main() -> None:
    ///     mcp.run(transport="http")
    /// ```
    ///
    /// Use instead:
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// dependencies = ["mcp>=1.8,<2"]
    /// ```
    /// `src/weather/server.py`:
    /// ```python
    /// from mcp.server.fastmcp import FastMCP
    ///
    /// mcp = FastMCP("weather")
    ///
    ///
    /// def main() -> None:
    ///     mcp.run(transport="streamable-http")
    /// ```
    DEP019 "unknown-to-the-sdk" Error(Start) Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let refusals = subject.sdk_refusals();
    // what one module is not seen to set may stand where it is no Python
    if refusals.is_empty() || !subject.is_read() {
        return;
    }
    let sdks = dependencies::read(subject.project);
    for (at, refusal) in refusals.iter().enumerate() {
        let is_same = |other: &&SdkRefusal| (&other.of, &other.asked) == (&refusal.of, &refusal.asked);
        if refusals[..at].iter().any(|other| is_same(&other)) {
            continue;
        }
        let all: Vec<&SdkRefusal> = refusals[at..].iter().filter(is_same).collect();
        report.extend(finding(subject, &sdks, &all));
    }
}

/// One finding for all places that ask the same: at the first that surely runs, else at the first.
fn finding(subject: &Subject<'_>, sdks: &Sdks<'_>, all: &[&SdkRefusal]) -> Option<Diagnostic> {
    let refusal = all.iter().find(|one| !one.late).or(all.first())?;
    let is_never = sdks.is_never(refusal.sdk, sdk::home(&refusal.of)?)?;
    let is_gone = matches!(&refusal.asked, Asked::Keyword(keyword) if sdk::took_before(&refusal.of, keyword));
    let known = if is_never || is_gone { String::new() } else { format!(" known on {}", sdk::known_on()) };
    let more = match all.len() {
        1 => String::new(),
        number => format!(" (and {} more)", number - 1),
    };
    let message = format!("{} in no release of {}{known}{more}", claim(refusal), refusal.sdk.name());
    let place = subject.in_module(&refusal.module, refusal.span)?;
    let mut finding = RULE.at(place, message);
    finding.help = help(sdks, refusal);
    let surely = !refusal.late && (is_never || is_gone);
    Some(if surely { finding } else { finding.level(Level::Warning) })
}

/// What is false in every release.
fn claim(refusal: &SdkRefusal) -> String {
    let of = short(&refusal.of);
    match &refusal.asked {
        Asked::Module => format!("`{of}` is a module"),
        Asked::Name(name) => format!("`{of}` has `{name}`"),
        Asked::Keyword(keyword) => format!("`{of}` takes `{keyword}`"),
        Asked::Positions(count) => format!("`{of}` takes {count} arguments by position"),
        Asked::Without(argument) => format!("`{of}` does without `{argument}`"),
        Asked::Value(keyword, word) => format!("`{of}` takes `{word}` for `{keyword}`"),
        Asked::Bare => format!("`@{of}` goes without parentheses"),
    }
}

/// A class or method without its module; a module whole.
fn short(path: &str) -> &str {
    let class = path.match_indices('.').find(|(dot, _)| path[dot + 1..].starts_with(char::is_uppercase));
    class.map_or(path, |(dot, _)| &path[dot + 1..])
}

fn help(sdks: &Sdks<'_>, refusal: &SdkRefusal) -> Option<String> {
    let home = sdk::home(&refusal.of)?;
    let mut taken = sdks.installs().filter_map(|install| install.release(refusal.sdk));
    let minor = taken.find(|release| home.contains(release.minor))?.minor;
    // neither a module in the place of what lies in one, nor a coroutine in that of a call
    let near = |word: &str, of: &str| {
        let is_alike = |name: &&str| {
            sdk::module(&format!("{of}.{name}")).is_none()
                && sdk::starter(name).is_none_or(|starter| starter.result == StartResult::Served)
        };
        closest(word, sdk::listed(of, minor).into_iter().filter(is_alike))
    };
    match &refusal.asked {
        Asked::Module => {
            let (package, last) = refusal.of.rsplit_once('.')?;
            let path = |name: &str| format!("{package}.{name}");
            let modules =
                sdk::listed(package, minor).into_iter().filter(|name| sdk::module(&path(name)).is_some());
            closest(last, modules).map(|name| format!("write `{}`", path(name)))
        }
        Asked::Name(name) => near(name, &refusal.of).map(|known| format!("write `{known}` for `{name}`")),
        Asked::Keyword(keyword) => Some(elsewhere(&refusal.of, keyword, minor)),
        Asked::Positions(_) => Some("give the others by name".to_owned()),
        Asked::Without(argument) => Some(format!("give `{argument}` as well")),
        Asked::Value(keyword, word) => Some(another(&sdk::words_for(&refusal.of, keyword, minor), word)),
        Asked::Bare => None,
    }
}

/// The word that is meant, or all that may be.
fn another(known: &[&str], word: &str) -> String {
    let by_another_name =
        sdk::Transport::read(word).map(sdk::Transport::name).filter(|name| known.contains(name));
    let meant = by_another_name.or_else(|| closest(word, known.iter().copied()));
    let quoted = |word: &str| format!("`\"{word}\"`");
    match meant {
        Some(meant) => format!("write {}", quoted(meant)),
        None => {
            format!("choose among {}", known.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(", "))
        }
    }
}

/// Where a keyword belongs that a call does not take.
fn elsewhere(callee: &str, keyword: &str, minor: usize) -> String {
    let class = callee.rsplit_once('.').map(|(class, _)| class).filter(|class| sdk::class(class).is_some());
    if class.is_none() && sdk::is_for_the_start(callee, keyword, minor) {
        return format!("give `{keyword}` to `run`, with a transport that is not stdio");
    }
    match class {
        Some(class) if sdk::is_for_the_start(class, keyword, minor) => {
            format!("choose a transport that takes `{keyword}`, or drop `{keyword}`")
        }
        Some(class) if sdk::keywords(class, minor).contains(&keyword) => {
            format!("give `{keyword}` to `{}(...)`", short(class))
        }
        _ => match closest(keyword, sdk::keywords(callee, minor)) {
            Some(known) => format!("write `{known}` for `{keyword}`"),
            None => format!("drop `{keyword}`"),
        },
    }
}
