use crate::dependencies::own_locked_extra;
use crate::diagnostic::Diagnostic;
use crate::rule::{Subject, declare_rule};
use crate::spec::lock::LockFault;

declare_rule! {
    /// ## What it does
    /// Checks that the extra `locked` can be made from the lock that the setting `locked` names: that it is there and is
    /// understood, that all it holds comes from an index, and that the project has no such extra of its own.
    ///
    /// ## Why is this bad?
    /// What users start as `weather[locked]` has to be what was tested. Metadata pins versions on an index; an index that
    /// all can use refuses requirements of a repository or an address, and a folder is on nobody else's disk. Where the
    /// extra is missing, uv passes it over in silence and starts whatever is newest.
    ///
    /// Remedy: by hand, since uv alone makes a lock.
    ///
    /// ## Example
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// dependencies = ["mcp>=2.3,<3"]
    ///
    /// [tool.mcp-backend]
    /// locked = "uv.lock"
    /// ```
    ///
    /// Use instead:
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// dependencies = ["mcp>=2.3,<3"]
    ///
    /// [tool.mcp-backend]
    /// locked = "uv.lock"
    /// ```
    /// `uv.lock`:
    /// ```toml
    /// version = 1
    /// requires-python = ">=3.10"
    ///
    /// [[package]]
    /// name = "weather"
    /// version = "1.0.0"
    /// source = { editable = "." }
    /// dependencies = [{ name = "mcp" }]
    ///
    /// [[package]]
    /// name = "mcp"
    /// version = "2.3.0"
    /// source = { registry = "https://pypi.org/simple" }
    /// ```
    DEP021 "lock-unusable" Error(Install) Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let (project, Some(lock)) = (subject.project, subject.lock.filter(|lock| lock.is_named)) else { return };
    let Some(setting) = &project.settings.locked else { return };
    if let Some(own) = own_locked_extra(project) {
        let message = "`locked` is the extra that is made from the lock, and the project has one of its own";
        let help = "rename it, or remove the setting `locked`";
        report.push(RULE.at(project.at(own.name.span), message).help(help));
    }
    match &lock.chosen {
        Err(fault) => {
            let message = format!("no extra can be made from `{}`: {fault}", lock.path);
            report.push(RULE.at(project.at(setting.span), message).help(help(fault, lock.path.name())));
        }
        Ok(choice) => report.extend(choice.unpinned.iter().map(|(name, origin)| {
            let message =
                format!("`{}` takes `{name}` from {}, which no metadata pins", lock.path, origin.words());
            RULE.at(project.at(setting.span), message).help(
                "lock what users install: `uv pip compile pyproject.toml --universal --no-sources -o pylock.toml`, \
                 and write `locked = \"pylock.toml\"`",
            )
        })),
    }
}

fn help(fault: &LockFault, file_name: &str) -> &'static str {
    match fault {
        LockFault::Name => "name the lock that `uv lock` or `uv export -o pylock.toml` writes",
        LockFault::NoProject(_) => {
            "name a lock of this project alone: `uv pip compile pyproject.toml --universal -o pylock.toml`"
        }
        LockFault::NoFile if file_name != "uv.lock" => {
            "run `uv pip compile pyproject.toml --universal -o pylock.toml`, and commit what it writes"
        }
        LockFault::NoFile => "run `uv lock`, and commit what it writes",
        _ => "lock anew with uv",
    }
}
