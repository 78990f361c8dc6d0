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
    if refusals.is_empty() {
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
        Asked::Transport(word) => format!("`{of}` serves by `{word}`"),
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
    let near = |word: &str, of: &str| {
        let is_served_later =
            |name: &&str| sdk::starter(name).is_none_or(|starter| starter.result == StartResult::Served);
        closest(word, sdk::listed(of, minor).into_iter().filter(is_served_later))
    };
    let write = |word: &str| format!("write `{word}`");
    match &refusal.asked {
        Asked::Module => {
            let (package, last) = refusal.of.rsplit_once('.')?;
            near(last, package).map(|name| format!("write `{package}.{name}`"))
        }
        Asked::Name(name) => near(name, &refusal.of).map(|known| format!("write `{known}` for `{name}`")),
        Asked::Keyword(keyword) => Some(elsewhere(&refusal.of, keyword, minor)),
        Asked::Positions(_) => Some("give the others by name".to_owned()),
        Asked::Without(argument) => Some(format!("give `{argument}` as well")),
        Asked::Transport(word) => {
            let known = sdk::transports(&refusal.of, minor);
            let meant =
                sdk::Transport::read(word).map(sdk::Transport::name).filter(|name| known.contains(name));
            let meant = meant.or_else(|| closest(word, known.iter().copied()));
            let several = || known.iter().map(|word| format!("`\"{word}\"`")).collect::<Vec<_>>().join(", ");
            Some(meant.map_or_else(
                || format!("choose among {}", several()),
                |meant| write(&format!("\"{meant}\"")),
            ))
        }
        Asked::Bare => None,
    }
}

/// Where a keyword belongs that a call does not take.
fn elsewhere(callee: &str, keyword: &str, minor: usize) -> String {
    let class = callee.rsplit_once('.').map(|(class, _)| class).filter(|class| sdk::class(class).is_some());
    let taken = |callee: &str| sdk::keywords(callee, minor);
    match (class, closest(keyword, taken(callee))) {
        (Some(class), _) if taken(class).contains(&keyword) => {
            format!("give `{keyword}` to `{}(...)`", short(class))
        }
        (_, Some(known)) => format!("write `{known}` for `{keyword}`"),
        _ => format!("drop `{keyword}`"),
    }
}
