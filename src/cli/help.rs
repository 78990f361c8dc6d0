//! The help texts, made from the commands.

use super::{COMMANDS, Command, Failure};
use crate::diagnostic::SITE;
use crate::text::closest;

/// The overview.
pub(super) fn all() -> String {
    let mut text =
        "The build backend for MCP servers.\n\nUsage: mcp-backend COMMAND [OPTIONS]\n\nCommands:\n"
            .to_owned();
    for command in COMMANDS {
        text += &format!("  {:<8} {}\n", command.name, command.summary);
    }
    text += "\nOptions:\n  -h, --help     Print help, of a command after its name\n  -V, --version  Print the version\n";
    format!("{text}\nDocumentation: {SITE}\n")
}

/// The help of one command.
pub(super) fn one(command: &Command) -> String {
    format!("{}.\n\nUsage: mcp-backend {} {}", command.summary, command.name, command.usage)
}

/// A command that is none.
pub(super) fn unknown(word: &str) -> Failure {
    let meant = closest(word, COMMANDS.iter().map(|command| command.name));
    let hint =
        meant.map_or_else(|| "see `mcp-backend --help`".to_owned(), |name| format!("did you mean `{name}`?"));
    Failure::Usage(format!("`{word}` is no command; {hint}"))
}
