use crate::diagnostic::Diagnostic;
use crate::registry_files::{ClientSettings, SettingsFault, SettingsFaultKind};
use crate::rule::{Subject, declare_rule};
use crate::text::Span;

declare_rule! {
    /// ## What it does
    /// Checks that the settings which the readme shows for clients are JSON, and so those in files of the repository:
    /// `.mcp.json`, `gemini-extension.json`, `plugin.json` and the like.
    ///
    /// Comments are right where the client reads them, as editors do. A block that leaves something out with `...`, or is
    /// marked as `jsonc`, is not held to the letter.
    ///
    /// ## Why is this bad?
    /// Users copy the text, and their client takes none of its settings, those of other servers included.
    ///
    /// ## Example
    /// `README.md`:
    /// ```markdown
    /// ~~~json
    /// { "mcpServers": { "weather": { "command": "uvx", "args": ["weather"], } } }
    /// ~~~
    /// ```
    ///
    /// Use instead:
    /// `README.md`:
    /// ```markdown
    /// ~~~json
    /// { "mcpServers": { "weather": { "command": "uvx", "args": ["weather"] } } }
    /// ~~~
    /// ```
    RUN001 "settings-not-json" Warning Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    for settings in subject.registry_files.settings() {
        report.extend(settings.fault.as_ref().map(|fault| finding(settings, fault)));
    }
}

fn finding(settings: &ClientSettings, fault: &SettingsFault) -> Diagnostic {
    let path = settings.source.path();
    match &fault.kind {
        SettingsFaultKind::LastComma => {
            let span = Span::new(fault.at, fault.at + 1);
            let finding =
                RULE.at((path, span), "the settings are not JSON: a comma stands behind the last item");
            finding.help("remove the comma").edit(path, span, "")
        }
        SettingsFaultKind::Comment => {
            let span = Span::new(fault.at, fault.at + 2);
            let finding = RULE
                .at((path, span), "the settings hold a comment, which their client does not take for JSON");
            finding.help("say it outside of the settings")
        }
        SettingsFaultKind::Json(json) => {
            let message = format!("the settings are not JSON: {json}");
            let finding = RULE.at((path, Span::new(fault.at, fault.at)), message);
            finding.help(match json.expected {
                "another escape" => "write `\\\\` for each backslash",
                _ => "write it there, or remove what stands there instead",
            })
        }
    }
}
