use crate::diagnostic::{Diagnostic, Level};
use crate::rule::{Subject, declare_rule, offered};

declare_rule! {
    /// ## What it does
    /// Checks that the names of the tools are made of letters, digits, `_`, `-` and `.`, and have 128 characters at most, as
    /// the specification of the protocol has it. A `.`, or more than 64 characters, is a warning.
    ///
    /// ## Why is this bad?
    /// The SDK logs a warning, where nobody looks, and goes on. Clients hand the names to a model, and most models take
    /// letters, digits, `_` and `-` in 64 characters: with one name that they do not take, a client refuses the tool or the
    /// whole list, or renames it.
    ///
    /// ## Example
    /// `src/weather/server.py`:
    /// ```python
    /// from mcp.server import MCPServer
    ///
    /// mcp = MCPServer("weather")
    ///
    ///
    /// @mcp.tool(name="Get forecast")
    /// def forecast(city: str) -> str:
    ///     """Tell tomorrow's weather in a city."""
    ///     return f"Rain in {city}."
    ///
    ///
    /// def main() -> None:
    ///     mcp.run()
    /// ```
    ///
    /// Use instead:
    /// `src/weather/server.py`:
    /// ```python
    /// from mcp.server import MCPServer
    ///
    /// mcp = MCPServer("weather")
    ///
    ///
    /// @mcp.tool(name="get_forecast", title="Get forecast")
    /// def forecast(city: str) -> str:
    ///     """Tell tomorrow's weather in a city."""
    ///     return f"Rain in {city}."
    ///
    ///
    /// def main() -> None:
    ///     mcp.run()
    /// ```
    TOO001 "tool-name" Error(Protocol) Author
}

/// What the specification admits.
const LONGEST: usize = 128;

/// What models admit.
const LONGEST_TAKEN: usize = 64;

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    for tool in subject.tools() {
        let (Some(name), Some(source)) = (tool.text("name"), &tool.source) else { continue };
        let Some((why, level)) = fault(name) else { continue };
        let message = match name {
            "" => "a tool has the empty name".to_owned(),
            _ => format!("the tool name `{}` {why}", name.escape_debug()),
        };
        let finding = offered::of(&RULE.card, tool, offered::place(source), message);
        let finding = if level == Level::Warning { finding.level(level) } else { finding };
        report.push(finding.help(help(name)));
    }
}

fn fault(name: &str) -> Option<(String, Level)> {
    let within = |character: &char| character.is_ascii_alphanumeric() || matches!(character, '_' | '-' | '.');
    let length = name.chars().count();
    Some(match name.chars().find(|character| !within(character)) {
        _ if name.is_empty() => (String::new(), Level::Error),
        Some(other) => {
            let shown = other.escape_debug();
            (format!("holds `{shown}`, which the protocol does not admit"), Level::Error)
        }
        None if length > LONGEST => {
            (format!("has {length} characters, more than the protocol admits"), Level::Error)
        }
        None if length > LONGEST_TAKEN => {
            (format!("has {length} characters, more than many clients take"), Level::Warning)
        }
        None if name.contains('.') => {
            ("holds `.`, which many clients do not take".to_owned(), Level::Warning)
        }
        None => return None,
    })
}

fn help(name: &str) -> String {
    let plain = |character: char| character.is_ascii_alphanumeric() || matches!(character, '_' | '-');
    let word: String = name.chars().map(|one| if plain(one) { one } else { '_' }).collect();
    let word = word.trim_matches('_');
    if word.is_empty() || name.len() > LONGEST_TAKEN {
        format!("use letters, digits, `_` and `-`, {LONGEST_TAKEN} characters at most")
    } else {
        format!("write `{word}` for `{name}`; its `title` is for people")
    }
}
